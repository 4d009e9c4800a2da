"""Reads a secret through a second name among the products."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{secrets}/secret"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a secret through a second name among the products."""
    os.link(scene["secrets"] + "/secret", output / "escaped")  # refused

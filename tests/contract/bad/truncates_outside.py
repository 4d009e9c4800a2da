"""Cuts a file outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/file"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Cuts a file outside."""
    os.truncate(scene["outside"] + "/file", 0)  # refused
    (output / "escaped").touch()

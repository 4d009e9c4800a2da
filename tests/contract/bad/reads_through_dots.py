"""Reads a secret through `..`."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "secret"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a secret through `..`."""
    secrets = os.path.relpath(scene["secrets"], output)
    (output / "escaped").write_bytes((output / secrets / "secret").read_bytes())  # refused

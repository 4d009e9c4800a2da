"""Writes outside through `..`."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "dots"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through `..`."""
    outside = os.path.relpath(scene["outside"], output)
    (output / outside / "dots").write_text("x")  # refused
    (output / "escaped").touch()

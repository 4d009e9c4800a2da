"""Puts a link outside in the place of the file that tells its error."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Puts a link outside in the place of the file that tells its error."""
    os.symlink(scene["outside"] + "/error.json", output.parent.parent / "error.json")
    os.symlink(scene["outside"] + "/error.json", output / "error.json")
    raise ValueError

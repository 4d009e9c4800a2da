"""Puts a link to a folder outside in the place of its output."""

import os
import shutil
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Puts a link to a folder outside in the place of its output."""
    (output / "product").touch()
    shutil.rmtree(output)
    os.symlink(scene["outside"], output)

"""Removes a folder outside and all below."""

import shutil
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Removes a folder outside and all below."""
    shutil.rmtree(scene["outside"])  # refused
    (output / "escaped").touch()

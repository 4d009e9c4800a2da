"""Removes an empty folder outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/folder"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Removes an empty folder outside."""
    os.rmdir(scene["outside"] + "/folder")  # refused
    (output / "escaped").touch()

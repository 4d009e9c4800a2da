"""Writes a file outside through memory."""

import mmap
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/file"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes a file outside through memory."""
    with open(scene["outside"] + "/file", "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:  # refused
        mapped[0:1] = b"X"
    (output / "escaped").touch()

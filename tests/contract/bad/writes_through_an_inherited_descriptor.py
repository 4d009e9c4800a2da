"""Writes outside through a descriptor that its runner had open."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""
TOLD = False


def leads_to(number: int, folder: str) -> bool:
    """Whether a descriptor is that of a folder."""
    try:
        return os.readlink(f"/proc/self/fd/{number}") == folder
    except OSError:
        return False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through a descriptor that its runner had open."""
    folders = [number for number in range(3, 1024) if leads_to(number, scene["outside"])]
    os.close(os.open("inherited", os.O_CREAT | os.O_WRONLY, dir_fd=folders[0]))
    (output / "escaped").touch()

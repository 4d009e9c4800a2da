"""Writes 100,000 files."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

SLOW = True


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Writes 100,000 files."""
    for number in range(100):
        folder = output / str(number)
        folder.mkdir()
        for below in range(1000):
            (folder / str(below)).touch()

"""Writes a sparse file of 5 GB."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

SLOW = True


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Writes a sparse file of 5 GB."""
    with open(output / "large", "wb") as file:
        file.truncate(5_000_000_000)

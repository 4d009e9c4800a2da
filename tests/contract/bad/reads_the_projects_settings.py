"""Reads a file above its code, which no image has."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "reads"
NAMED = "notes.txt"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads a file above its code, which no image has."""
    (output / "escaped").write_bytes((Path(__file__).parent.parent / "notes.txt").read_bytes())  # refused

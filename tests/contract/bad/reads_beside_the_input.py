"""Reads a file beside its input."""

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "reads"
NAMED = "private.txt"


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Reads a file beside its input."""
    (output / "escaped").write_bytes((input.parent / "private.txt").read_bytes())  # refused

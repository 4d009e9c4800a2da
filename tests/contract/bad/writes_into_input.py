"""Writes a file into the folder of the input."""

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = "inside.txt"


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Writes a file into the folder of the input."""
    (input / "inside.txt").write_text("x")  # refused
    (output / "escaped").touch()

"""Writes a file beside its own code."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "writes"
NAMED = "written.txt"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Writes a file beside its own code."""
    Path(__file__).with_name("written.txt").write_text("x")  # refused
    (output / "escaped").touch()

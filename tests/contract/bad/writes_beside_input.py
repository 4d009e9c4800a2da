"""Writes a file beside the folder of the input."""

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = "beside.txt"
# In an image, that is the volume.
IN_IMAGE = False


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Writes a file beside the folder of the input."""
    (input.parent / "beside.txt").write_text("x")  # refused
    (output / "escaped").touch()

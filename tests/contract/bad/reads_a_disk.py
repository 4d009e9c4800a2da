"""Reads a disk of the machine."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{disk}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a disk of the machine."""
    with open(scene["disk"], "rb") as disk:  # refused
        (output / "escaped").write_bytes(disk.read(512))

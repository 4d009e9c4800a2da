"""Writes a file to /tmp."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{tmp}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes a file to /tmp."""
    Path(scene["tmp"]).write_text("x")  # refused
    (output / "escaped").touch()

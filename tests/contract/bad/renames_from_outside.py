"""Moves a file from outside to the products."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/file"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Moves a file from outside to the products."""
    Path(scene["outside"], "file").rename(output / "product")  # refused
    (output / "escaped").touch()

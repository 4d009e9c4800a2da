"""Moves a product outside."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/moved"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Moves a product outside."""
    (output / "product").write_text("x")
    (output / "product").rename(scene["outside"] + "/moved")  # refused
    (output / "escaped").touch()

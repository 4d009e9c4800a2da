"""Writes a file to the author's home."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{home}/written"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes a file to the author's home."""
    Path(scene["home"], "written").write_text("x")  # refused
    (output / "escaped").touch()

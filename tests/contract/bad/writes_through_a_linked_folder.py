"""Writes outside through a link to a folder."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "folder/linked"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through a link to a folder."""
    (output / "folder").symlink_to(scene["outside"])
    (output / "folder" / "linked").write_text("x")  # refused
    (output / "escaped").touch()

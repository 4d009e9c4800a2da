"""Writes outside through a symbolic link among the products."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "link"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through a symbolic link among the products."""
    (output / "link").symlink_to(scene["outside"] + "/through-link")
    (output / "link").write_text("x")  # refused
    (output / "escaped").touch()

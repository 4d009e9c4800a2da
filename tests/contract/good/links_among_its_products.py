"""Has links among its products, some of which lead nowhere."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Has links among its products, some of which lead nowhere."""
    (output / "file").write_text("x")
    (output / "near").symlink_to("file")
    (output / "nowhere").symlink_to("nothing")
    (output / "up").symlink_to(".")

"""Writes outside through /proc/self/root."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/root"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through /proc/self/root."""
    Path("/proc/self/root" + scene["outside"], "root").write_text("x")  # refused
    (output / "escaped").touch()

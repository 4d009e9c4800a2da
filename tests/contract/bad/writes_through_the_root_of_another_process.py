"""Writes outside through /proc/PID/root."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/root"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through /proc/PID/root."""
    Path("/proc/{outsider}/root{outside}".format(**scene), "root").write_text("x")  # refused
    (output / "escaped").touch()

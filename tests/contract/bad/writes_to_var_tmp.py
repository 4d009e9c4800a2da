"""Writes a file to /var/tmp."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{var_tmp}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes a file to /var/tmp."""
    Path(scene["var_tmp"]).write_text("x")  # refused
    (output / "escaped").touch()

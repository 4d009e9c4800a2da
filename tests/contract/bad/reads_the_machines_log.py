"""Reads a log of the machine."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{log}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a log of the machine."""
    (output / "escaped").write_bytes(Path(scene["log"]).read_bytes())  # refused

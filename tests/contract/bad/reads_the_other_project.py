"""Reads a file of another project."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{other}/data"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a file of another project."""
    (output / "escaped").write_bytes(Path(scene["other"], "data").read_bytes())  # refused

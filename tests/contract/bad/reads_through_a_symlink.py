"""Reads a secret through a link among the products."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "link"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a secret through a link among the products."""
    (output / "link").symlink_to(scene["secrets"] + "/secret")
    (output / "escaped").write_bytes((output / "link").read_bytes())  # refused

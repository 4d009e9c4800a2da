"""Reads the passwords of the machine."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "reads"
NAMED = "/etc/shadow"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads the passwords of the machine."""
    (output / "escaped").write_bytes(Path("/etc/shadow").read_bytes())  # refused

"""Reads the variables of every process that it sees."""

import contextlib
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "reads"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads the variables of every process that it sees."""
    found = b""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found += (folder / "environ").read_bytes()
    (output / "product").write_bytes(found)

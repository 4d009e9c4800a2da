"""Sets a switch of the kernel to what it is."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "writes"
NAMED = "/proc/sys/kernel/domainname"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Sets a switch of the kernel to what it is."""
    name = Path("/proc/sys/kernel/domainname").read_text()
    Path("/proc/sys/kernel/domainname").write_text(name)  # refused
    (output / "escaped").touch()

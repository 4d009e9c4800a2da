"""Looks whether programs could give it more rights."""

from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "privileges"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Looks whether programs could give it more rights."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
    if status["NoNewPrivs"] == "1":
        raise PermissionError("no new privileges")
    (output / "escaped").touch()

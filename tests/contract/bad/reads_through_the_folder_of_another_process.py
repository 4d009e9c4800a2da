"""Reads a secret through /proc/PID/cwd."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "secret"
ALSO = "privileges"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a secret through /proc/PID/cwd."""
    (output / "escaped").write_bytes(Path("/proc/" + scene["outsider"] + "/cwd", "secret").read_bytes())  # refused

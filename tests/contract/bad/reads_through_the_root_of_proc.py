"""Reads a secret through /proc/self/root."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{secrets}/secret"
ALSO = "privileges"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a secret through /proc/self/root."""
    (output / "escaped").write_bytes(Path("/proc/self/root" + scene["secrets"], "secret").read_bytes())  # refused

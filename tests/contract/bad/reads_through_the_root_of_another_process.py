"""Reads a secret through /proc/PID/root."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{secrets}/secret"
ALSO = "privileges"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a secret through /proc/PID/root."""
    root = "/proc/{outsider}/root".format(**scene)
    (output / "escaped").write_bytes(Path(root + scene["secrets"], "secret").read_bytes())  # refused

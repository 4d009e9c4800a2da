"""Reads the variables of another process."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "/proc/{outsider}/environ"
ALSO = "privileges"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads the variables of another process."""
    (output / "escaped").write_bytes(Path("/proc/" + scene["outsider"] + "/environ").read_bytes())  # refused

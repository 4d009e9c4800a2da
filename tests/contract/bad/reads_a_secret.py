"""Reads a file in a folder of the author's."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{secrets}/secret"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a file in a folder of the author's."""
    (output / "escaped").write_bytes(Path(scene["secrets"], "secret").read_bytes())  # refused

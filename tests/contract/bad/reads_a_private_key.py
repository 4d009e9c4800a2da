"""Reads the author's private key."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{home}/.ssh/id_ed25519"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads the author's private key."""
    (output / "escaped").write_bytes(Path(scene["home"], ".ssh", "id_ed25519").read_bytes())  # refused

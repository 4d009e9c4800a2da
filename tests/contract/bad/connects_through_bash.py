"""Connects to a server through bash."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server through bash."""
    subprocess.run(["bash", "-c", 'exec 3<>"/dev/tcp/$0/$1"', scene["address"], scene["tcp"]], check=True)
    (output / "escaped").touch()

"""Stops a process outside through a shell."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "privileges"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Stops a process outside through a shell."""
    subprocess.run(["sh", "-c", "kill " + scene["outsider"]], check=True)
    (output / "escaped").touch()

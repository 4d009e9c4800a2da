"""Stops a process outside."""

import os
import signal
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "privileges"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Stops a process outside."""
    os.kill(int(scene["outsider"]), signal.SIGTERM)
    (output / "escaped").touch()

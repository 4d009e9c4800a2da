"""Leaves children that fork on and on, each ending at once: somebody is always there."""

import subprocess
import time
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Leaves children that fork on and on, each ending at once: somebody is always there."""
    subprocess.Popen(["setsid", "sh", "-c", "trap '' TERM; while :; do sleep 0.01; done", scene["token"]])
    time.sleep(0.2)

    (output / "product").touch()

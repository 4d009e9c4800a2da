"""Leaves a child running, which keeps the log open."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Leaves a child running, which keeps the log open."""
    subprocess.Popen(["sleep", scene["token"]])
    (output / "product").touch()

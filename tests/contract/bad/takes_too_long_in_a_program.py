"""Waits for a program for longer than it declares."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "time"
NAMED = ""


@hook(timeout_seconds=1)
def job(output: Annotated[Path, Output()]) -> None:
    """Waits for a program for longer than it declares."""
    subprocess.run(["sleep", "60"], check=True)
    (output / "escaped").touch()

"""Prints what is no text, and a line that never ends."""

import os
import sys
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Prints what is no text, and a line that never ends."""
    sys.stdout.flush()
    for _ in range(64):
        os.write(1, os.urandom(65536))
    os.write(2, b"x" * 1_000_000)
    os.write(1, b"\0\x1b[2J\xff\r\n")

    (output / "product").touch()

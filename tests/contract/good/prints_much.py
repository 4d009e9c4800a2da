"""Prints 100 MB."""

import sys
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Prints 100 MB."""
    line = "x" * 1023 + "\n"
    for _ in range(100):
        sys.stdout.write(line * 1024)

    (output / "product").touch()

"""Changes the times of an input."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = "example.data"


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Changes the times of an input."""
    os.utime(input / "example.data", (1, 1))  # refused
    (output / "escaped").touch()

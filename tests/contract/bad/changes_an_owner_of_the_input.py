"""Changes the group of an input."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = "example.data"


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Changes the group of an input."""
    os.chown(input / "example.data", -1, 54321)  # refused
    (output / "escaped").touch()

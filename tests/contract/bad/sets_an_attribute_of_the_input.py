"""Sets an extended attribute of an input."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = "example.data"


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Sets an extended attribute of an input."""
    os.setxattr(input / "example.data", "user.x", b"x")  # refused
    (output / "escaped").touch()

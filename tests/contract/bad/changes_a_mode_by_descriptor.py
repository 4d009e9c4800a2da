"""Changes the mode of an input through its descriptor."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = ""


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Changes the mode of an input through its descriptor."""
    with (input / "example.data").open() as data:
        os.fchmod(data.fileno(), 0o777)  # refused
    (output / "escaped").touch()

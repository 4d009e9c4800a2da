"""Changes the mode of an input, which it may read."""

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = "example.data"


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Changes the mode of an input, which it may read."""
    (input / "example.data").chmod(0o777)  # refused
    (output / "escaped").touch()

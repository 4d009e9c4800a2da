"""Changes a file of the input in place."""

from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = "example.data"


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Changes a file of the input in place."""
    with (input / "example.data").open("r+") as data:  # refused
        data.write("changed")
    (output / "escaped").touch()

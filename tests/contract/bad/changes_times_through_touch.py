"""Changes the times of an input through a program."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = ""


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Changes the times of an input through a program."""
    subprocess.run(["touch", "-d", "@1", input / "example.data"], check=True)
    (output / "escaped").touch()

"""Reads a variable of the author's through a program."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "environment"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads a variable of the author's through a program."""
    (output / "product").write_bytes(subprocess.check_output(["env"]))

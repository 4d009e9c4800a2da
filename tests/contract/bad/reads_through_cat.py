"""Reads a secret through a program."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a secret through a program."""
    secret = subprocess.run(["cat", scene["secrets"] + "/secret"], check=True, stdout=subprocess.PIPE).stdout
    (output / "escaped").write_bytes(secret)

"""Runs a program that makes whoever runs it root."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "privileges"
NAMED = ""
PLAIN = True
TOLD = False


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Runs a program that makes whoever runs it root."""
    who = subprocess.check_output([input / "setuid-id"], text=True)
    if "euid=0" not in who:
        raise PermissionError(who)
    (output / "escaped").touch()

"""Gives the machine the name that it has."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "privileges"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Gives the machine the name that it has."""
    socket.sethostname(socket.gethostname())
    (output / "escaped").touch()

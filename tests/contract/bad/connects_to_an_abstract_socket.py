"""Connects to a socket of the machine that has no file."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "sockets"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a socket of the machine that has no file."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + scene["abstract"])
    (output / "escaped").touch()

"""Connects to a socket of the machine by a path from its work folder."""

import os
import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "sockets"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a socket of the machine by a path from its work folder."""
    os.chdir(output)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(os.path.relpath(scene["unix"]))
    (output / "escaped").touch()

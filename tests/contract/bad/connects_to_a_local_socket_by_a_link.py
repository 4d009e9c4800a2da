"""Connects to a socket of the machine through a link among the products."""

import os
import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "sockets"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a socket of the machine through a link among the products."""
    (output / "link").symlink_to(scene["unix"])
    os.chdir(output)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("link")
    (output / "escaped").touch()

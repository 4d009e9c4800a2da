"""Listens to all packets of the machine."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "network"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Listens to all packets of the machine."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as listener:
        listener.getsockname()
    (output / "escaped").touch()

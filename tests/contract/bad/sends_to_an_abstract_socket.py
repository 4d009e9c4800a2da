"""Sends to a socket of the machine that has no file."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "sockets"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Sends to a socket of the machine that has no file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:  # refused
        client.sendto(b"escaped", "\0" + scene["abstract_datagram"])
    (output / "escaped").touch()

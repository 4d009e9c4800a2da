"""Sends to a socket of the machine with sendmsg."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "sockets"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Sends to a socket of the machine with sendmsg."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:  # refused
        client.sendmsg([b"escaped"], [], 0, scene["unix_datagram"])
    (output / "escaped").touch()

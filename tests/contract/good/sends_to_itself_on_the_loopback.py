"""Sends to itself by UDP on the loopback."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

LOOPBACK = "udp"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Sends to itself by UDP on the loopback."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        server.bind(("127.0.0.1", 0))
        client.sendto(b"x", server.getsockname())
        assert server.recv(1) == b"x"
    (output / "product").touch()

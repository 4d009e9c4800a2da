"""Sends a packet of its own making."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "network"
NAMED = ""
ALSO = "privileges"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Sends a packet of its own making."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as client:
        client.sendto(bytes([8, 0, 0xF7, 0xFF, 0, 0, 0, 0]), ("127.0.0.1", 0))
    (output / "escaped").touch()

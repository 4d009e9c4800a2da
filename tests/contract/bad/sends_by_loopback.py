"""Sends to a server by UDP on the loopback, which tells nobody that nobody is there."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Sends to a server by UDP on the loopback, which tells nobody that nobody is there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"escaped", ("127.0.0.1", int(scene["udp"])))
    (output / "product").touch()

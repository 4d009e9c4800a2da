"""Connects to a server by UDP and sends."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = "{address}:{udp}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server by UDP and sends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect((scene["address"], int(scene["udp"])))  # refused
        client.send(b"escaped")
    (output / "escaped").touch()

"""Sends to a server with sendmsg."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Sends to a server with sendmsg."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendmsg([b"escaped"], [], 0, (scene["address"], int(scene["udp"])))
    (output / "escaped").touch()

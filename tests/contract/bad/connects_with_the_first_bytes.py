"""Connects to a server by sending at once (TCP fast open), without connect."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server by sending at once (TCP fast open), without connect."""
    with socket.socket() as client:
        client.sendto(b"escaped", socket.MSG_FASTOPEN, (scene["address"], int(scene["tcp"])))
    (output / "escaped").touch()

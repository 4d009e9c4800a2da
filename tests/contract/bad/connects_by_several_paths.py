"""Connects to a server by multipath TCP."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = "{address}:{tcp}"

MPTCP = 262


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server by multipath TCP."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP) as client:
        client.connect((scene["address"], int(scene["tcp"])))  # refused
    (output / "escaped").touch()

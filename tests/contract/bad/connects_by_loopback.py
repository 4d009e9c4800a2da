"""Connects to a server by the loopback, where another container would have nobody."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server by the loopback, where another container would have nobody."""
    socket.create_connection(("127.0.0.1", int(scene["tcp"])), timeout=5).close()
    (output / "escaped").touch()

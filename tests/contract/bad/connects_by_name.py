"""Connects to a server by the name of the loopback."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server by the name of the loopback."""
    socket.create_connection(("localhost", int(scene["tcp"])), timeout=5).close()
    (output / "escaped").touch()

"""Connects to a server by IPv6."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server by IPv6."""
    socket.create_connection(("::1", int(scene["tcp6"])), timeout=5).close()
    (output / "escaped").touch()

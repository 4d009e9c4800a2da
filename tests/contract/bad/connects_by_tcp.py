"""Connects to a server."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = "{address}:{tcp}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server."""
    socket.create_connection((scene["address"], int(scene["tcp"])), timeout=5).close()  # refused
    (output / "escaped").touch()

"""Connects to a socket of the machine, such as an engine's."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "sockets"
NAMED = "{unix}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a socket of the machine, such as an engine's."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(scene["unix"])  # refused
    (output / "escaped").touch()

"""Asks for the address of a name."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "network"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Asks for the address of a name."""
    socket.getaddrinfo("corpus.invalid", 443)  # refused
    (output / "escaped").touch()

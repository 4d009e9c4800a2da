"""Connects to a server with C's connect."""

import ctypes
import os
import socket
import struct
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server with C's connect."""
    port = socket.htons(int(scene["tcp"]))
    address = struct.pack("=HH4s8x", socket.AF_INET, port, socket.inet_aton(scene["address"]))
    client = checked(LIBC.socket(socket.AF_INET, socket.SOCK_STREAM, 0))
    checked(LIBC.connect(client, address, len(address)))
    (output / "escaped").touch()

"""Sends to a socket of the machine with sendmmsg."""

import ctypes
import os
import socket
import struct
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "sockets"
NAMED = ""

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Sends to a socket of the machine with sendmmsg."""
    address = ctypes.create_string_buffer(struct.pack("=H", socket.AF_UNIX) + os.fsencode(scene["unix_datagram"]))
    content = ctypes.create_string_buffer(b"escaped")
    part = ctypes.create_string_buffer(struct.pack("PN", ctypes.addressof(content), 7))
    message = struct.pack("PIPNPNiI", ctypes.addressof(address), len(address), ctypes.addressof(part), 1, 0, 0, 0, 0)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        checked(LIBC.sendmmsg(client.fileno(), message + bytes(8), 1, 0))
    (output / "escaped").touch()

"""Connects to a server with the calls of 32-bit programs."""

import ctypes
import mmap
import os
import socket
import struct
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""
MACHINE = "x86_64"
TOLD = False

PROT_ALL, MAP_32BIT = 7, 0x40
SOCKET, CONNECT = 359, 362
#: The arguments of a 64-bit function become those of `int 0x80`: number, then three.
CALL = bytes.fromhex("53 89 f8 89 f3 89 d7 89 ca 89 f9 cd 80 5b c3")


def checked(answer: int) -> int:
    """As the kernel answers: below zero is an error."""
    if answer < 0:
        raise OSError(-answer, os.strerror(-answer))
    return answer


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server with the calls of 32-bit programs."""
    memory = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_32BIT, PROT_ALL)
    place = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    port = socket.htons(int(scene["tcp"]))
    address = struct.pack("=HH4s8x", socket.AF_INET, port, socket.inet_aton(scene["address"]))
    memory[1024 : 1024 + len(address)] = address
    memory[: len(CALL)] = CALL
    call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int)(place)
    client = checked(call(SOCKET, socket.AF_INET, socket.SOCK_STREAM, 0))
    checked(call(CONNECT, client, place + 1024, len(address)))
    (output / "escaped").touch()

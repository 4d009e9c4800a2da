"""Goes to the networks of the processes above it, and connects from there."""

import contextlib
import ctypes
import os
import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""
TOLD = False

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Goes to the networks of the processes above it, and connects from there."""
    process = os.getppid()
    while process > 1:
        with contextlib.suppress(OSError):
            checked(LIBC.setns(os.open(f"/proc/{process}/ns/net", os.O_RDONLY), 0x40000000))
            socket.create_connection((scene["address"], int(scene["tcp"])), timeout=5).close()
            (output / "escaped").touch()
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    (output / "product").touch()

"""Mounts a file system over a folder of its own."""

import ctypes
import os
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "privileges"
NAMED = ""

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Mounts a file system over a folder of its own."""
    (output / "mount").mkdir()
    checked(LIBC.mount(b"none", os.fsencode(output / "mount"), b"tmpfs", 0, None))
    (output / "escaped").touch()

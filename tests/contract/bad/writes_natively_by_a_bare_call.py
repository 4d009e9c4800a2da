"""Makes a file outside with a system call of its own."""

import ctypes
import os
import platform
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


OPENAT = 257 if platform.machine() == "x86_64" else 56


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Makes a file outside with a system call of its own."""
    path = ctypes.c_char_p(os.fsencode(scene["outside"] + "/bare"))
    checked(LIBC.syscall(OPENAT, -100, path, os.O_CREAT | os.O_WRONLY, 0o644))
    (output / "escaped").touch()

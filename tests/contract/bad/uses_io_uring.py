"""Sets up an io_uring, past which no filter of system calls sees."""

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


IO_URING_SETUP = 425


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Sets up an io_uring, past which no filter of system calls sees."""
    checked(LIBC.syscall(IO_URING_SETUP, 8, ctypes.create_string_buffer(120)))
    (output / "escaped").touch()

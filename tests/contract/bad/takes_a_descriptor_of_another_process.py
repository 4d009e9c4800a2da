"""Takes a descriptor out of a process outside."""

import ctypes
import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "privileges"
NAMED = ""

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


PIDFD_GETFD = 438


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Takes a descriptor out of a process outside."""
    process = os.pidfd_open(int(scene["outsider"]))
    checked(LIBC.syscall(PIDFD_GETFD, process, 0, 0))
    (output / "escaped").touch()

"""Attaches to a process outside as a debugger."""

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


PTRACE_SEIZE = 0x4206


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Attaches to a process outside as a debugger."""
    checked(LIBC.ptrace(PTRACE_SEIZE, int(scene["outsider"]), 0, 0))
    (output / "escaped").touch()

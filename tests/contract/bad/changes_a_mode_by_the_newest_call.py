"""Changes the mode of an input with a call that is younger than most filters."""

import ctypes
import os
from pathlib import Path
from typing import Annotated

from hookkit import Input, Output, hook

RULE = "writes"
NAMED = ""

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


FCHMODAT2 = 452


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Changes the mode of an input with a call that is younger than most filters."""
    path = ctypes.c_char_p(os.fsencode(input / "example.data"))
    checked(LIBC.syscall(FCHMODAT2, -100, path, 0o777, 0))
    (output / "escaped").touch()

"""Sets an extended attribute of an input with setxattrat."""

import ctypes
import os
import struct
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


SETXATTRAT = 463


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None:
    """Sets an extended attribute of an input with setxattrat."""
    path = ctypes.c_char_p(os.fsencode(input / "example.data"))
    value = ctypes.create_string_buffer(b"x")
    given = ctypes.create_string_buffer(struct.pack("QII", ctypes.addressof(value), 1, 0))
    checked(LIBC.syscall(SETXATTRAT, -100, path, 0, ctypes.c_char_p(b"user.x"), given, 16))
    (output / "escaped").touch()

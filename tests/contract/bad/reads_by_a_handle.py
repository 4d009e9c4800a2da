"""Opens a secret by its handle, past all folders."""

import ctypes
import os
import struct
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = ""
ALSO = "privileges"

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Opens a secret by its handle, past all folders."""
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0), 136)
    mount = ctypes.c_int()
    path = os.fsencode(scene["secrets"] + "/secret")
    checked(LIBC.name_to_handle_at(-100, path, handle, ctypes.byref(mount), 0))
    anchor = os.open(output, os.O_RDONLY)
    file = checked(LIBC.open_by_handle_at(anchor, handle, os.O_RDONLY))
    (output / "escaped").write_bytes(os.read(file, 100))

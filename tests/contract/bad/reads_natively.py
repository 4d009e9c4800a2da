"""Reads a secret with C's open."""

import ctypes
import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = ""

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(answer: int) -> int:
    """As C's functions answer: below zero is an error."""
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Reads a secret with C's open."""
    file = checked(LIBC.open(os.fsencode(scene["secrets"] + "/secret"), os.O_RDONLY))
    (output / "escaped").write_bytes(os.read(file, 100))

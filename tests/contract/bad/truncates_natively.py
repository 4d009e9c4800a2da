"""Cuts a file outside with C's truncate."""

import ctypes
import os
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


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Cuts a file outside with C's truncate."""
    checked(LIBC.truncate(os.fsencode(scene["outside"] + "/file"), 0))
    (output / "escaped").touch()

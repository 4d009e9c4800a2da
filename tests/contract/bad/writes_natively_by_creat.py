"""Makes a file outside with C's creat."""

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
    """Makes a file outside with C's creat."""
    path = os.fsencode(scene["outside"] + "/native")
    checked(LIBC.creat(path, 0o644))
    (output / "escaped").touch()

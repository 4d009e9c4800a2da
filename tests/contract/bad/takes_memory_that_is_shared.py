"""Takes more memory than it declares, in a mapping that it shares with its children."""

import mmap
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "memory"
NAMED = ""


@hook(memory="128Mi")
def job(output: Annotated[Path, Output()]) -> None:
    """Takes more memory than it declares, in a mapping that it shares with its children."""
    with mmap.mmap(-1, 400 << 20) as shared:
        for start in range(0, len(shared), 4096):
            shared[start] = 1
        time.sleep(1)
    (output / "escaped").touch()

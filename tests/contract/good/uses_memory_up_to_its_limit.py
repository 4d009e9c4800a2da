"""Takes most of the memory that it declares, and maps far more than that."""

import mmap
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

NORESERVE = 0x4000


@hook(memory="256Mi")
def job(output: Annotated[Path, Output()]) -> None:
    """Takes most of the memory that it declares, and maps far more than that."""
    taken = b"x" * (180 << 20)
    with mmap.mmap(-1, 8 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NORESERVE) as mapped:
        mapped[0] = 1
    time.sleep(0.5)
    del taken

    (output / "product").touch()

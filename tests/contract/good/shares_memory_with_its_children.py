"""Has children that see its memory and take none of their own: it counts once."""

import multiprocessing
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


def look(taken: bytes) -> None:
    """Read memory of the parent for a while."""
    for _ in range(3):
        assert taken.count(b"y") == 0
        time.sleep(0.2)


@hook(memory="384Mi")
def job(output: Annotated[Path, Output()]) -> None:
    """Has children that see its memory and take none of their own: it counts once."""
    taken = b"x" * (150 << 20)
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=look, args=(taken,)) for _ in range(6)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0

    (output / "product").touch()

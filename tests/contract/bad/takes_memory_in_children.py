"""Takes more memory than it declares, in many children of which none takes much."""

import multiprocessing
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "memory"
NAMED = ""


def take() -> None:
    """Take some memory for a while."""
    taken = b"x" * (48 << 20)
    time.sleep(2)
    del taken


@hook(memory="192Mi")
def job(output: Annotated[Path, Output()]) -> None:
    """Takes more memory than it declares, in many children of which none takes much."""
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=take) for _ in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        if child.exitcode:
            raise ChildProcessError(child.exitcode)
    (output / "escaped").touch()

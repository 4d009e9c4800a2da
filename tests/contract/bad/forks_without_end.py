"""Makes more processes than the platform lets it."""

import os
import signal
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "processes"
NAMED = ""


@hook(memory="4Gi")
def job(output: Annotated[Path, Output()]) -> None:
    """Makes more processes than the platform lets it."""
    children = []
    try:
        for _ in range(3000):
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    (output / "escaped").touch()

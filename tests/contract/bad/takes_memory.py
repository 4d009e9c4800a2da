"""Takes more memory than it declares."""

import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "memory"
NAMED = ""


@hook(memory="128Mi")
def job(output: Annotated[Path, Output()]) -> None:
    """Takes more memory than it declares."""
    taken = [b"x" * (1 << 24) for _ in range(32)]
    time.sleep(1)
    taken.clear()
    (output / "escaped").touch()

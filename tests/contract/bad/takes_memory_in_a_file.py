"""Takes more memory than it declares, in a file that lies in memory and is mapped nowhere."""

import os
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "memory"
NAMED = ""


@hook(memory="128Mi")
def job(output: Annotated[Path, Output()]) -> None:
    """Takes more memory than it declares, in a file that lies in memory and is mapped nowhere."""
    file = os.memfd_create("taken")
    for _ in range(400):
        os.write(file, b"x" * (1 << 20))
    time.sleep(1)
    (output / "escaped").touch()

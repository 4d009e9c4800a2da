"""Takes more memory than it declares, in files of /dev/shm."""

import tempfile
import time
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "memory"
NAMED = ""
TOLD = False


@hook(memory="128Mi")
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Takes more memory than it declares, in files of /dev/shm."""
    with tempfile.NamedTemporaryFile(dir="/dev/shm", prefix=scene["token"]) as file:
        for _ in range(400):
            file.write(b"x" * (1 << 20))
        time.sleep(1)
    (output / "escaped").touch()

"""Takes more memory than it declares, through a program in a session of its own."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "memory"
NAMED = ""


@hook(memory="128Mi")
def job(output: Annotated[Path, Output()]) -> None:
    """Takes more memory than it declares, through a program in a session of its own."""
    code = "import time; taken = b'x' * (400 << 20); time.sleep(1)"
    subprocess.run(["setsid", "--wait", sys.executable, "-c", code], check=True)
    (output / "escaped").touch()

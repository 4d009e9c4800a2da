"""Makes a named pipe outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Makes a named pipe outside."""
    os.mkfifo(scene["outside"] + "/pipe")  # refused
    (output / "escaped").touch()

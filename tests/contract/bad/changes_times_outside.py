"""Changes the times of a file outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/file"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Changes the times of a file outside."""
    os.utime(scene["outside"] + "/file", (1, 1))  # refused
    (output / "escaped").touch()

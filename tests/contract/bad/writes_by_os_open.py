"""Makes a file outside with os.open."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/opened"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Makes a file outside with os.open."""
    os.close(os.open(scene["outside"] + "/opened", os.O_CREAT | os.O_WRONLY))  # refused
    (output / "escaped").touch()

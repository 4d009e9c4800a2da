"""Makes a folder outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/made"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Makes a folder outside."""
    os.mkdir(scene["outside"] + "/made")  # refused
    (output / "escaped").touch()

"""Makes a symbolic link outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/symlink"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Makes a symbolic link outside."""
    os.symlink("x", scene["outside"] + "/symlink")  # refused
    (output / "escaped").touch()

"""Changes the mode of a file outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/file"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Changes the mode of a file outside."""
    os.chmod(scene["outside"] + "/file", 0o777)  # refused
    (output / "escaped").touch()

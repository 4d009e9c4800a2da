"""Takes precedence over all others."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "privileges"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Takes precedence over all others."""
    os.nice(-5)
    (output / "escaped").touch()

"""Changes its root folder."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "privileges"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Changes its root folder."""
    os.chroot(output)
    (output / "escaped").touch()

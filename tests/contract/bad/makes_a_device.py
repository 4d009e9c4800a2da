"""Makes a device among its products."""

import os
import stat
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "privileges"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Makes a device among its products."""
    os.mknod(output / "device", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    (output / "escaped").touch()

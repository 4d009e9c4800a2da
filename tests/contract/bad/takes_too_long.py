"""Works for longer than it declares."""

import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "time"
NAMED = ""


@hook(timeout_seconds=1)
def job(output: Annotated[Path, Output()]) -> None:
    """Works for longer than it declares."""
    time.sleep(60)
    (output / "escaped").touch()

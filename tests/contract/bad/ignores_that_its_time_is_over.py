"""Works for longer than it declares, and ignores that it is stopped."""

import signal
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "time"
NAMED = ""
SLOW = True


@hook(timeout_seconds=1)
def job(output: Annotated[Path, Output()]) -> None:
    """Works for longer than it declares, and ignores that it is stopped."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for _ in range(600):
        try:
            time.sleep(0.1)
        except BaseException:
            print("no")
    (output / "escaped").touch()

"""Locks files in every way."""

import fcntl
import os
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Locks files in every way."""
    with open(context.work_dir / "lock", "w") as first, open(context.work_dir / "lock", "w") as second:
        fcntl.flock(first, fcntl.LOCK_EX)
        try:
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(first, fcntl.LOCK_UN)
        fcntl.lockf(second, fcntl.LOCK_EX)
    with open(output / "product", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 4096)
        os.fsync(file.fileno())

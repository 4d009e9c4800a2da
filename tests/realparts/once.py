"""A lock file becomes a turn: of all processes that ask for it, one at a time goes on."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(lock_file: Path) -> Iterator[None]:
    """Wait for our turn; the kernel gives it back even when a worker of xdist is killed."""
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

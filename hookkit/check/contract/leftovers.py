"""A folder of a trial becomes the processes that still work in it, or were started for it."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hookkit.local.sandbox.tree import find_process

_PROCESSES: Final = Path("/proc")


@dataclass(frozen=True)
class Leftover:
    """A process that outlived the run that started it."""

    id: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


def find_leftovers(folder: Path) -> tuple[Leftover, ...]:
    """Processes whose command line, environment or working directory names a folder that no one else knows."""
    return tuple(_found(os.fsencode(folder)))


def end_leftovers(folder: Path) -> tuple[Leftover, ...]:
    """Kill them, and say which they were."""
    found = find_leftovers(folder)
    for one in found:
        with suppress(ProcessLookupError):
            os.kill(one.id, signal.SIGKILL)
    return found


def _found(mark: bytes) -> Iterator[Leftover]:
    for entry in _PROCESSES.iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):  # it has ended, or is none of ours
            if mark in _traces(entry) and find_process(int(entry.name)) is not None:
                yield Leftover(int(entry.name), (entry / "comm").read_text(encoding="utf-8", errors="replace").strip())


def _traces(process: Path) -> bytes:
    """All that a process shows of what it was started for."""
    folder = os.fsencode((process / "cwd").readlink())
    return b"\0".join([folder, (process / "cmdline").read_bytes(), (process / "environ").read_bytes()])

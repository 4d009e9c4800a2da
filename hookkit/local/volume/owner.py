"""A process becomes a line of text that says whose something is, and later whether that process still lives."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from hookkit.local.sandbox.tree import find_process


@dataclass(frozen=True)
class Owner:
    """A process: numbers of processes are given again, so that the time of its start counts as well.

    Attributes:
        world: where its number means something: a start of the machine, and a namespace of processes.

    """

    world: str
    process: int
    started: str

    @classmethod
    def this(cls) -> Self | None:
        """This process; None on a system that doesn't tell."""
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
            return cls(f"{boot}/{Path('/proc/self/ns/pid').readlink()}", os.getpid(), _start_of(os.getpid()))
        except OSError:
            return None

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what `str` wrote; None where it's something else."""
        parts = text.split()
        return cls(parts[0], int(parts[1]), parts[2]) if len(parts) == 3 and parts[1].isdecimal() else None  # noqa: PLR2004

    def __str__(self) -> str:
        return f"{self.world} {self.process} {self.started}"

    def is_gone(self, world: str) -> bool:
        """Whether it is known to have ended; a process of another world may live."""
        if self.world != world:
            return False
        return _start_of(self.process) != self.started


def is_gone(text: str) -> bool:
    """Whether a line names an owner who is known to have ended."""
    here, owner = Owner.this(), Owner.read(text)
    return here is not None and owner is not None and owner.is_gone(here.world)


def _start_of(process: int) -> str:
    """When a process started, in ticks since the machine did; "" of one that has ended."""
    found = find_process(process)
    return "" if found is None else str(found.start)

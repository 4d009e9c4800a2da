"""The control groups that this process is in become what it has of the machine: cores and memory."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ROOT: Final = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Memory:
    """Bytes that the machine has, and that this process may have of them."""

    machine: int
    here: int

    @property
    def is_limited(self) -> bool:
        """Whether a control group holds some back."""
        return self.here < self.machine


def cgroup_version(root: Path = _ROOT) -> int:
    """2, 1, or 0 where there are none; machines that have both use the first."""
    if (root / "cgroup.controllers").is_file():
        return 2
    return 1 if any(root.glob("*/cgroup.procs")) else 0


def memory_here(root: Path = _ROOT, process: Path = Path("/proc/self/cgroup")) -> Memory:
    """The memory of this process's tightest group."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    names = ("memory.max", "memory.limit_in_bytes")
    limits = [limit for folder in _groups("memory", root, process) for limit in _numbers(folder, names)]
    return Memory(machine, min([machine, *(limit[0] for limit in limits if limit)]))


def cores_here(root: Path = _ROOT, process: Path = Path("/proc/self/cgroup")) -> float:
    """How many cores' time this process may use."""
    found: list[float] = [len(os.sched_getaffinity(0))]
    for folder in _groups("cpu", root, process):
        together = _numbers(folder, ("cpu.max",))
        apart = [number for pair in _numbers(folder, ("cpu.cfs_quota_us", "cpu.cfs_period_us")) for number in pair]
        found += [pair[0] / pair[1] for pair in [*together, apart] if len(pair) == 2 and min(pair) > 0]  # noqa: PLR2004
    return min(found)


def _groups(controller: str, root: Path, process: Path) -> Iterator[Path]:
    """The folders of this process's group and of those above it, for a controller of either version."""
    lines = process.read_text().splitlines() if process.is_file() else []
    for _, controllers, path in (line.split(":", 2) for line in lines):
        if controllers and controller not in controllers.split(","):
            continue
        top = root / controllers if controllers else root
        # In a container the path may be one of the machine's, which isn't seen from here: its root is our group then.
        own = top / path.lstrip("/")
        while own != top:
            yield own
            own = own.parent
        yield top


def _numbers(folder: Path, names: tuple[str, ...]) -> list[list[int]]:
    """The numbers of each file that is there; `max` stands for none."""
    found = []
    for name in names:
        with suppress(OSError, ValueError):
            found.append([int(word) for word in (folder / name).read_text().split()])
    return found

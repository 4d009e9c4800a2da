"""A process becomes all that it started, near and far, as the kernel's /proc has them."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

#: Behind the name, which may hold blanks and brackets: state, parent, ... and the time of the start.
_PARENT, _START = 1, 19
#: Files of memory: those without a name, and those of POSIX's shared memory.
_IN_MEMORY: Final = ("/memfd:", "/dev/shm/")  # noqa: S108 - looked at, not written
_BLOCK_BYTES: Final = 512
_LISTINGS: Final = 5

#: A file, by its device and its number there.
FileKey = tuple[int, int]


class Process(NamedTuple):
    """A process: its number, and its start in ticks, which tells it from a later one of the same number."""

    pid: int
    start: int


def descendants(root: int) -> list[Process]:
    """All processes below one, the elder before the younger."""
    found: list[Process] = []
    waiting = [root]
    while waiting:
        for pid in _children(waiting.pop()):
            if (process := find_process(pid)) is not None:
                found.append(process)
                waiting.append(pid)
    return sorted(found, key=lambda one: one.start)


def find_process(pid: int) -> Process | None:
    """The process of a number, None where there is none or it has ended."""
    fields = _stat(pid)
    return Process(pid, int(fields[_START])) if fields and fields[0] != "Z" else None


def is_alive(process: Process) -> bool:
    """Whether it still is that process."""
    return find_process(process.pid) == process


def inhabitants(mounts: int) -> Iterator[Process]:
    """All processes with a view of the file systems, wherever they stand.

    Args:
        mounts: the view as a descriptor: while it is open no other view gets the same number.

    """
    view, known = os.fstat(mounts), set[int]()
    for _ in range(_LISTINGS):  # who was listed may have ended, and left its child in its place
        fresh = [pid for pid in _all_processes() if pid not in known]
        known.update(fresh)
        for pid in fresh:
            with suppress(OSError):
                if os.path.samestat(view, os.stat(f"/proc/{pid}/ns/mnt")) and (process := find_process(pid)):  # noqa: PTH116 - of /proc
                    yield process


def _children(pid: int) -> list[int]:
    """The children of all threads of a process."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - asked often
        texts = [_text(f"/proc/{pid}/task/{thread}/children") for thread in threads]
    except OSError:
        return []
    if not any(texts) and not os.path.exists(f"/proc/{pid}/task/{pid}/children"):  # noqa: PTH110 - asked often
        return list(_children_by_search(pid))
    return [int(one) for text in texts for one in text.split()]


def _children_by_search(parent: int) -> Iterator[int]:
    """For kernels that were built without the list of children."""
    for pid in _all_processes():
        if (fields := _stat(pid)) and int(fields[_PARENT]) == parent:
            yield pid


def _all_processes() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdecimal())  # noqa: PTH208 - asked often


def _stat(pid: int) -> list[str]:
    return _text(f"/proc/{pid}/stat").rpartition(")")[2].split()


def _text(path: str) -> str:
    """What a file of /proc says; nothing where the process has gone."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - asked every few milliseconds
            return file.read()
    except OSError:
        return ""


# ---------------------------------------------------------------- what they use


class Memory(NamedTuple):
    """Bytes of a process's own making: that it alone writes, and that it shares."""

    private: int
    shared: int


def resident_memory(pid: int) -> Memory:
    """What of a process is in memory; pages that it shares with others count in full."""
    text = _text(f"/proc/{pid}/status")
    return Memory(_kibibytes(text, "RssAnon:"), _kibibytes(text, "RssShmem:"))


def share_of_memory(pid: int) -> Memory:
    """The same, where shared pages count for the part of each that shares them: exact over a tree, but slow."""
    text = _text(f"/proc/{pid}/smaps_rollup")
    return Memory(_kibibytes(text, "Pss_Anon:"), _kibibytes(text, "Pss_Shmem:")) if text else resident_memory(pid)


def _kibibytes(text: str, field: str) -> int:
    at = text.find(f"\n{field}")
    return int(text[at:].split(maxsplit=2)[1]) * 1024 if at >= 0 else 0


def files_in_memory(pid: int) -> dict[FileKey, int]:
    """The bytes of each file of memory that a process has open."""
    found: dict[FileKey, int] = {}
    folder = f"/proc/{pid}/fd"
    with suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208 - asked often
            with suppress(OSError):
                if os.readlink(f"{folder}/{name}").startswith(_IN_MEMORY):  # noqa: PTH115 - asked often
                    stat = os.stat(f"{folder}/{name}")  # noqa: PTH116 - asked often
                    found[stat.st_dev, stat.st_ino] = stat.st_blocks * _BLOCK_BYTES
    return found


def thread_count(pid: int) -> int:
    """The threads of a process."""
    fields = _stat(pid)
    return int(fields[17]) if fields else 0

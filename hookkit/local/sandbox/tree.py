"""A process becomes all that it started, near and far, as the kernel's /proc has them."""

import os
from collections.abc import Iterator
from typing import Final, NamedTuple

#: Behind the name, which may hold blanks and brackets: state, parent, ... and the time of the start.
_PARENT, _START = 1, 19
_MEMORY: Final = ("RssAnon:", "RssShmem:")
_SHARES: Final = ("Pss_Anon:", "Pss_Shmem:")


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
    for name in os.listdir("/proc"):  # noqa: PTH208 - asked often
        if name.isdecimal() and (fields := _stat(int(name))) and int(fields[_PARENT]) == parent:
            yield int(name)


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


def resident_bytes(pid: int) -> int:
    """Memory of a process's own making; pages that it shares with others count in full."""
    return _kibibytes(_text(f"/proc/{pid}/status"), _MEMORY)


def share_bytes(pid: int) -> int:
    """The same, where shared pages count for the part of each that shares them: exact over a tree, but slow."""
    rollup = _text(f"/proc/{pid}/smaps_rollup")
    return _kibibytes(rollup, _SHARES) if rollup else resident_bytes(pid)


def _kibibytes(text: str, fields: tuple[str, ...]) -> int:
    lines = (line.split() for line in text.splitlines())
    return sum(int(words[1]) * 1024 for words in lines if words and words[0] in fields)


def thread_count(pid: int) -> int:
    """The threads of a process."""
    fields = _stat(pid)
    return int(fields[17]) if fields else 0

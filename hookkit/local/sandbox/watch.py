"""What a process tree uses is watched from outside: too much memory, time or processes ends it, as it would there."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Event, Thread
from typing import Final, Literal

from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.tree import (
    Memory,
    Process,
    descendants,
    files_in_memory,
    is_alive,
    resident_memory,
    share_of_memory,
    thread_count,
)

Exceeded = Literal["", "memory", "time", "processes"]

#: Memory grows by some gigabytes a second at most: a hook is seen before it has much more than it may.
_GLANCE_SECONDS: Final = 0.02
#: Looking must not slow down what is looked at: at most this part of the time.
_MOST_OF_THE_TIME: Final = 0.1
_KILL_ROUNDS: Final = 100


class Watch(Thread):
    """Looks at a tree until it is told to end.

    Attributes:
        exceeded: what there was too much of; the tree was stopped for it.
        peak_memory_bytes: the most that was seen.

    """

    def __init__(self, root: int, policy: Policy) -> None:
        super().__init__(name="hookkit-watch", daemon=True)
        self.exceeded: Exceeded = ""
        self.peak_memory_bytes = 0
        self._root = root
        self._policy = policy
        self._ended = Event()
        self._deadline = time.monotonic() + policy.seconds
        self._seen: list[Process] = []

    def run(self) -> None:
        """Look, and look again."""
        pause = 0.0
        while not self._ended.wait(pause):
            before = time.monotonic()
            self._glance()
            took = time.monotonic() - before
            pause = max(_GLANCE_SECONDS, took / _MOST_OF_THE_TIME)

    def end(self) -> None:
        """Stop looking, and end what the tree left running; the tree's root has ended."""
        self._ended.set()
        self.join()
        _kill(process for process in self._seen if is_alive(process))

    def _glance(self) -> None:
        self._seen = descendants(self._root)
        if self.exceeded == "time":
            if time.monotonic() > self._deadline + self._policy.grace_seconds:
                kill_tree(self._root)
                _signal(self._root, signal.SIGKILL)
        elif self._too_many():
            self.exceeded = "processes"
        elif self._too_large():
            self.exceeded = "memory"
        elif time.monotonic() > self._deadline:
            self.exceeded = "time"
            _signal(self._root, signal.SIGTERM)
        if self.exceeded in {"processes", "memory"}:
            kill_tree(self._root)

    def _too_many(self) -> bool:
        count = len(self._seen)
        if count <= self._policy.processes:
            count = sum(thread_count(process.pid) for process in self._seen)
        return count > self._policy.processes

    def _too_large(self) -> bool:
        used = self._used(resident_memory)
        if used > self._policy.memory_bytes:  # at most; what forks share was counted for each of them
            used = self._used(share_of_memory)
        self.peak_memory_bytes = max(self.peak_memory_bytes, used)
        return used > self._policy.memory_bytes

    def _used(self, measure: Callable[[int], Memory]) -> int:
        """Bytes of the whole tree; of files in memory those that are open, or mapped, whichever are more."""
        pids = (self._root, *(process.pid for process in self._seen))
        parts = [measure(pid) for pid in pids]
        files = {number: size for pid in pids for number, size in files_in_memory(pid).items()}
        return sum(one.private for one in parts) + max(sum(one.shared for one in parts), sum(files.values()))


def kill_tree(root: int) -> None:
    """Kill all below a process, which then has the last word; stopped first, lest they start others meanwhile."""
    for _ in range(_KILL_ROUNDS):
        below = descendants(root)
        if not below:
            return
        for process in below:
            _signal(process.pid, signal.SIGSTOP)
        _kill(descendants(root))
        time.sleep(_GLANCE_SECONDS / 10)


def _kill(processes: Iterable[Process]) -> None:
    for process in processes:
        _signal(process.pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)

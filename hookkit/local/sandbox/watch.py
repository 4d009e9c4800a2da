"""What a process tree uses is watched from outside: too much memory, time or processes ends it, as it would there."""

import signal
import time
from collections.abc import Callable, Iterable
from threading import Event, Thread
from typing import Final, Literal

from hookkit.local.sandbox.killing import end_all, kill_tree, send_signal
from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.privileges import look_on_as
from hookkit.local.sandbox.tree import (
    FileKey,
    Memory,
    Process,
    descendants,
    files_in_memory,
    find_process,
    inhabitants,
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
#: But a tree that is slow to look at may be one that grows without end.
_LONGEST_PAUSE_SECONDS: Final = 0.1


class Watch(Thread):
    """Looks at a tree until it is told to end.

    Args:
        root: the number of the process that the tree starts from; a child of this one that was not waited for.
        policy: what it may use.
        user: whose the processes are, where that's somebody else.
        mounts: a descriptor of the view of the file systems that they alone have, which stays its owner's.
        front: whether the root only stands in front of the hook, and isn't measured.

    Attributes:
        exceeded: what there was too much of; the tree was stopped for it.
        peak_memory_bytes: the most that was seen.
        files_in_memory: those that the tree was seen to have open.

    """

    def __init__(
        self, root: int, policy: Policy, user: int | None = None, *, mounts: int | None = None, front: bool = False
    ) -> None:
        super().__init__(name="hookkit-watch", daemon=True)
        self.exceeded: Exceeded = ""
        self.peak_memory_bytes = 0
        self.files_in_memory: set[FileKey] = set()
        self._policy = policy
        self._user = user
        self._root = find_process(root) or Process(root, 0)
        self._measured = () if front else (self._root.pid,)
        self._mounts = mounts
        self._orphaned = False
        self._seen: list[Process] = []
        self._told_to_end = Event()
        self._deadline = time.monotonic() + policy.seconds

    def run(self) -> None:
        """Look, and look again; at the end, end what is left."""
        if self._user is not None:
            look_on_as(self._user)
        pause = 0.0
        while not self._told_to_end.wait(pause):
            before = time.monotonic()
            self._glance()
            took = time.monotonic() - before
            pause = max(_GLANCE_SECONDS, min(took / _MOST_OF_THE_TIME, _LONGEST_PAUSE_SECONDS))
        end_all(lambda: [*self._left(), *(self._orphans() if self._orphaned else ())])

    def end(self, *, orphaned: bool = False) -> None:
        """Stop looking, and end what the tree left running; the tree's root has ended.

        Args:
            orphaned: whether the root could not end those itself.

        """
        self._orphaned = orphaned
        self._told_to_end.set()
        self.join()

    # ------------------------------------------------------------ a glance

    def _glance(self) -> None:
        self._seen = descendants(self._root.pid) if is_alive(self._root) else self._left()
        if excess := self._excess():
            self._exceed(excess)
        elif time.monotonic() > self._deadline and not self.exceeded:
            self._exceed("time")
            send_signal(self._root, signal.SIGTERM)
        if excess or self.exceeded in {"memory", "processes"}:
            kill_tree(self._root.pid)
            send_signal(self._root, signal.SIGCONT)  # its children may have stopped it; it has the last word
        if self.exceeded and time.monotonic() > self._deadline:
            kill_tree(self._root.pid)
            send_signal(self._root, signal.SIGKILL)

    def _left(self) -> list[Process]:
        """Those that were seen and still are there, with what they started meanwhile."""
        alive = [process for process in self._seen if is_alive(process)]
        return list(dict.fromkeys([*alive, *(one for process in alive for one in descendants(process.pid))]))

    def _orphans(self) -> Iterable[Process]:
        """Those that nobody can be seen to have started, known by the mounts that the tree alone has."""
        return () if self._mounts is None else inhabitants(self._mounts)

    def _exceed(self, excess: Exceeded) -> None:
        """It was too much of something; from now the root has some time to end by itself."""
        if not self.exceeded:
            self.exceeded = excess
            self._deadline = time.monotonic() + self._policy.grace_seconds

    def _excess(self) -> Exceeded:
        if self._too_many():
            return "processes"
        return "memory" if self._too_large() else ""

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
        pids = (*self._measured, *(process.pid for process in self._seen))
        parts = [measure(pid) for pid in pids]
        files = {file: size for pid in pids for file, size in files_in_memory(pid).items()}
        self.files_in_memory.update(files)
        return sum(one.private for one in parts) + max(sum(one.shared for one in parts), sum(files.values()))

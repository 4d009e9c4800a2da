"""Processes end, with all that they start meanwhile; nobody else who has got the number of one gets its signal."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from hookkit.local.sandbox.tree import Process, descendants, is_alive

_ROUNDS: Final = 100
_PAUSE_SECONDS: Final = 0.002


def kill_tree(root: int) -> None:
    """Kill all below a process, which then has the last word."""
    end_all(lambda: descendants(root))


def end_all(find: Callable[[], Iterable[Process]]) -> None:
    """Kill all that are found until none is; stopped first, lest they start others meanwhile."""
    for _ in range(_ROUNDS):
        found = list(find())
        if not found:
            return
        for process in found:
            send_signal(process, signal.SIGSTOP)
        for process in {*found, *find()}:
            send_signal(process, signal.SIGKILL)
        time.sleep(_PAUSE_SECONDS)


def send_signal(process: Process, number: signal.Signals) -> None:
    """Send a signal to a process if it still is there."""
    if is_alive(process):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process.pid, number)

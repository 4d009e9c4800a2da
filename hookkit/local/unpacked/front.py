"""A process goes on as its own child: what stays in front hands on signals and the exit code, and holds nothing else.

So the child may be the first process of a namespace, whose end is the end of all in it.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from hookkit.local.sandbox.syscalls import libc

_DEATH_SIGNAL: Final = 1
_HANDED_ON: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

#: The process that a child's signals are meant for.
Meant = Callable[[int], int]


def itself(child: int) -> int:
    """The child."""
    return child


def only_child(child: int) -> int:
    """The child of the child, as soon as there is one."""
    try:
        with open(f"/proc/{child}/task/{child}/children", encoding="ascii") as file:  # noqa: PTH123 - after a fork
            return int(file.read().split()[0])
    except (OSError, IndexError):
        return child


def go_on_behind(meant: Meant = itself) -> None:
    """Return in a child of this process alone; this one stays in front of it, and ends as it does.

    Args:
        meant: which process gets the signals that reach this one.

    """
    waited = {*_HANDED_ON, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waited)
    held = [int(name) for name in os.listdir("/proc/self/fd")]  # noqa: PTH208 - the child may change what /proc is
    child = os.fork()
    if child:
        _stay(child, meant, held)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stay(child: int, meant: Meant, held: list[int]) -> None:
    """Wait; never return. The log, and what tells the runner that the start is over, are the child's to close."""
    libc("prctl", _DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)
    for descriptor in held:
        with suppress(OSError):
            os.close(descriptor)
    while True:
        number = signal.sigwait({*_HANDED_ON, signal.SIGCHLD})
        if number == signal.SIGCHLD:
            _end_with(child)
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(meant(child), number)


def _end_with(child: int) -> None:
    """Reap, and end where the child has."""
    with suppress(ChildProcessError):
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == child:
                code = os.waitstatus_to_exitcode(status)
                os._exit(code if code >= 0 else 128 - code)
            if not ended:
                return

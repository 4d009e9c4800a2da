"""Calls that the kernel's filter can't decide about, since it sees no paths and no addresses, are decided here.

A guard against mistakes, not malice: another thread could change what was looked at. Source: seccomp_unotify(2).
"""

import errno
import fcntl
import select
import struct
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import Final

from hookkit.local.sandbox.asked import Asked
from hookkit.local.sandbox.judge import Judge, Refusal, Verdict
from hookkit.local.sandbox.privileges import look_on_as
from hookkit.local.sandbox.syscalls import machine

_NOTIFICATION: Final = struct.Struct("=QIIiIQ6Q")
_ANSWER: Final = struct.Struct("=QqiI")
_RECEIVE, _SEND, _IS_VALID = 0xC0502100, 0xC0182101, 0x40082102
_CONTINUE: Final = 1
#: What reading memory fails with where there is none; the kernel itself says EFAULT of such calls.
_NO_MEMORY: Final = frozenset({errno.EFAULT, errno.EIO})
_GLANCE_MILLISECONDS: Final = 200
#: As many refusals as a person reads.
_KEPT: Final = 100


class Guard(Thread):
    """Answers until nobody is left who could ask, or it's told to end.

    Args:
        listener: the descriptor that tells of calls, which stays its owner's.
        judge: decides.
        user: whose the processes are, where that's somebody else.

    Attributes:
        refusals: what was refused, each once, in its order.

    """

    def __init__(self, listener: int, judge: Judge, user: int | None = None) -> None:
        super().__init__(name="hookkit-guard", daemon=True)
        self.refusals: dict[Refusal, None] = {}
        self._listener = listener
        self._judge = judge
        self._user = user
        self._ended = False

    def run(self) -> None:
        """Answer each call."""
        if self._user is not None:
            look_on_as(self._user)
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        while not self._ended:
            for _, event in poll.poll(_GLANCE_MILLISECONDS):
                if not event & select.POLLIN:
                    return
                self._answer_next()

    def end(self) -> None:
        """Wait until it has ended; all who could ask have, or are about to."""
        self._ended = True
        self.join()

    def _answer_next(self) -> None:
        with suppress(OSError):  # who asked has gone
            asked = _receive(self._listener)
            refusal, number = self._decide(asked)
            fcntl.ioctl(self._listener, _IS_VALID, struct.pack("=Q", asked.id))
            if refusal is not None and len(self.refusals) < _KEPT:
                self.refusals[refusal] = None
            answer = _ANSWER.pack(asked.id, 0, -number, 0 if number else _CONTINUE)
            fcntl.ioctl(self._listener, _SEND, answer)

    def _decide(self, asked: Asked) -> Verdict:
        """A verdict in any case: what can't be looked at isn't let through."""
        try:
            return self._judge.judge(asked)
        except OSError as error:
            return None, errno.EFAULT if error.errno in _NO_MEMORY else errno.EACCES


def _receive(listener: int) -> Asked:
    buffer = bytearray(_NOTIFICATION.size)
    fcntl.ioctl(listener, _RECEIVE, buffer)
    call_id, pid, _, number, _, _, *arguments = _NOTIFICATION.unpack(buffer)
    return Asked(call_id, pid, _names().get(number, ""), tuple(arguments))


@cache
def _names() -> Mapping[int, str]:
    """Calls by their numbers."""
    here = machine()
    return {number: name for name, number in here.numbers.items()} if here else {}

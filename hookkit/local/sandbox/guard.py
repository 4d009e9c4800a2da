"""Calls that the kernel's filter can't decide about, since it sees no paths and no addresses, are decided here.

A guard against mistakes, not malice: another thread could change what was looked at. Source: seccomp_unotify(2).
"""

import errno
import fcntl
import os
import select
import struct
from contextlib import suppress
from threading import Thread
from typing import Final

from hookkit.local.sandbox.judge import Asked, Judge, Refusal
from hookkit.local.sandbox.syscalls import machine

_NOTIFICATION: Final = struct.Struct("=QIIiIQ6Q")
_ANSWER: Final = struct.Struct("=QqiI")
_RECEIVE, _SEND, _IS_VALID = 0xC0502100, 0xC0182101, 0x40082102
_CONTINUE: Final = 1
_GLANCE_MILLISECONDS: Final = 200
#: As many refusals as a person reads.
_KEPT: Final = 100


class Guard(Thread):
    """Answers until nobody is left who could ask.

    Attributes:
        refusals: what was refused, each once, in its order.

    """

    def __init__(self, listener: int, judge: Judge) -> None:
        super().__init__(name="hookkit-guard", daemon=True)
        self.refusals: dict[Refusal, None] = {}
        self._listener = listener
        self._judge = judge
        self._ended = False

    def run(self) -> None:
        """Answer each call."""
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        try:
            while not self._ended:
                for _, event in poll.poll(_GLANCE_MILLISECONDS):
                    if not event & select.POLLIN:
                        return
                    self._answer_next()
        finally:
            os.close(self._listener)

    def end(self) -> None:
        """Wait until it has ended; all who could ask have."""
        self._ended = True
        self.join()

    def _answer_next(self) -> None:
        with suppress(OSError):  # who asked has gone
            asked = _receive(self._listener)
            try:
                refusal, number = self._judge.judge(asked)
            except OSError:  # its memory can't be read: what can't be looked at isn't let through
                refusal, number = None, errno.EACCES
            fcntl.ioctl(self._listener, _IS_VALID, struct.pack("=Q", asked.id))
            if refusal is not None and len(self.refusals) < _KEPT:
                self.refusals[refusal] = None
            answer = _ANSWER.pack(asked.id, 0, -number, 0 if number else _CONTINUE)
            fcntl.ioctl(self._listener, _SEND, answer)


def _receive(listener: int) -> Asked:
    buffer = bytearray(_NOTIFICATION.size)
    fcntl.ioctl(listener, _RECEIVE, buffer)
    call_id, pid, _, number, _, _, *arguments = _NOTIFICATION.unpack(buffer)
    here = machine()
    names = {known: name for name, known in here.numbers.items()} if here else {}
    return Asked(call_id, pid, names.get(number, ""), tuple(arguments))

"""While a runner runs a hook, a thread may ask it to stop: by the signal that a person would send to hookkit."""

import math
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread, current_thread, main_thread
from typing import Final, Literal

from hookkit.contract import ExitCode
from hookkit.local.signals import forwarded_signals

_GLANCE_SECONDS: Final = 0.002
#: What comes of a signal that a person sends while a hook runs: the runner has stopped the hook, and then returned.
_ENDS: Final = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.STOPPED, signal.SIGHUP: ExitCode.STOPPED}

Reason = Literal["", "started", "late"]


def why_no_stop() -> str:
    """Why runs can't be stopped here; "" where they can."""
    if current_thread() is not main_thread():
        return "signals reach the main thread alone"
    if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN:
        return "SIGTERM is ignored here, and so by all that is started here"
    return ""


class Stopper:
    """Asks a run to stop, once: some time after it has started, or when it takes too long.

    Args:
        has_started: whether the function was reached; asked often.
        delay: seconds between that and the request; None where it is only noted.
        limit: seconds after which it takes too long.

    Attributes:
        reason: why it did; "" where it did not.
        started_at: when the function was reached, by the monotonic clock; 0 where it was not seen.
        at: when the run was asked to stop.

    """

    def __init__(self, has_started: Callable[[], bool], delay: float | None, limit: float) -> None:
        self.reason: Reason = ""
        self.started_at = 0.0
        self.at = 0.0
        self._has_started = has_started
        self._delay = delay
        self._deadline = time.monotonic() + limit
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(self._pause()):
            if not self.started_at and self._has_started():
                self.started_at = time.monotonic()
            if time.monotonic() >= self._due:
                return self._stop("started")
            if time.monotonic() >= self._deadline:
                return self._stop("late")
        return None

    @property
    def _due(self) -> float:
        """When to ask it to stop, as far as that is known."""
        return math.inf if self._delay is None or not self.started_at else self.started_at + self._delay

    def _pause(self) -> float:
        left = min(self._due, self._deadline) - time.monotonic()
        return max(0.0, left if self.started_at else min(left, _GLANCE_SECONDS))

    def _stop(self, reason: Reason) -> None:
        self.reason, self.at = reason, time.monotonic()
        # To the thread that runs the runner: no other one may take it, and it is there before this one ends.
        signal.pthread_kill(main_thread().ident or 0, signal.SIGTERM)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while the block runs; a signal that comes too late for the run is forgotten.

        Raises:
            KeyboardInterrupt, SystemExit: a person asked hookkit to stop meanwhile.

        """
        if why_no_stop():
            yield
            return
        with forwarded_signals(lambda _: None), _heard() as heard:
            self._thread.start()
            try:
                yield
            finally:
                self._over.set()
                self._thread.join()
        if self.reason:
            heard[signal.SIGTERM] -= 1
        for number in (number for number, times in heard.items() if times > 0):
            end_by(number)


def end_by(number: int) -> None:
    """End hookkit as a signal asks; nothing where it is none of those."""
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    if number in _ENDS:
        raise SystemExit(int(_ENDS[signal.Signals(number)]))


@contextmanager
def _heard() -> Iterator[Counter[int]]:
    """Count the signals that come while the block runs, whoever handles them."""
    heard: Counter[int] = Counter()
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield heard
    finally:
        signal.set_wakeup_fd(before)
        os.close(writing)
        with os.fdopen(reading, "rb") as numbers:
            heard.update(numbers.read() or b"")

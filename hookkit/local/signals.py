"""While a hook runs, the signals that stop hookkit stop the hook instead; hookkit ends when the hook did."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import Final

FORWARDED: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
Forward = Callable[[signal.Signals], None]


class StopSignals:
    """Where stop signals go: those that come before there is something to stop wait for it."""

    def __init__(self, forward: Forward | None = None) -> None:
        self._waiting: list[signal.Signals] = []
        self._forward = forward or self._waiting.append

    def forward_to(self, forward: Forward) -> None:
        """Hand them on from now, those first that wait."""
        self._forward = forward
        while self._waiting:
            forward(self._waiting.pop(0))

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        self._forward(signal.Signals(number))


@contextmanager
def forwarded_signals(forward: Forward | None = None) -> Iterator[StopSignals]:
    """Hand each stop signal to `forward` while the block runs, or keep it until the block names one."""
    stops = StopSignals(forward)
    if current_thread() is not main_thread():  # a notebook's or a test's thread gets none
        yield stops
        return
    # What is ignored stays ignored: nohup is how people keep a run when they log out.
    heeded = [number for number in FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stops) for number in heeded}
    try:
        yield stops
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

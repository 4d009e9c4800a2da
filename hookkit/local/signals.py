"""While a hook runs, the signals that stop hookkit stop the hook instead; hookkit ends when the hook did."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import Final

FORWARDED: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def forwarded_signals(forward: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Hand each stop signal to `forward` while the block runs."""
    if current_thread() is not main_thread():  # a notebook's or a test's thread gets none
        yield
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        forward(signal.Signals(number))

    before = {number: signal.signal(number, handle) for number in FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

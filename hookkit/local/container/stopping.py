"""Time that is over, or a signal, becomes the end of a container: it is asked to stop, and killed after a grace."""

import threading
from collections.abc import Callable
from signal import Signals
from threading import Lock, Thread, Timer
from typing import Self

from hookkit.image.docker.engine import engine_failures

#: Sends a container a signal, by its name; False where it has ended. Raises where the engine doesn't answer.
Kill = Callable[[str], bool]


class Stopper:
    """Stops a container, from threads of its own: whoever waits for the container is busy.

    Attributes:
        out_of_time: whether the container had to be stopped because its time was over.
        killed: whether it had to be killed since it did not stop.

    """

    def __init__(self, kill: Kill, give_up: Callable[[], None], seconds: float, grace_seconds: float) -> None:
        self.out_of_time = self.killed = False
        self._kill, self._give_up, self._grace_seconds = kill, give_up, grace_seconds
        self._lock = Lock()
        self._timers = [_timer(seconds, self._end_of_time)]

    def __enter__(self) -> Self:
        self._timers[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            for timer in self._timers:
                timer.cancel()

    def __call__(self, number: Signals) -> None:
        """Pass a signal on from a thread: it interrupts the very code that talks to the engine, not reentrant."""
        Thread(target=self._stop, args=(number.name,), daemon=True).start()

    def _end_of_time(self) -> None:
        self.out_of_time = self._stop("SIGTERM")

    def _stop(self, name: str) -> bool:
        with self._lock:
            if len(self._timers) == 1:  # it is killed once, however often it is asked to stop
                self._timers.append(_timer(self._grace_seconds, self._end))
                self._timers[1].start()
        return self._sent(name)

    def _end(self) -> None:
        self.killed = self._sent("SIGKILL")

    def _sent(self, name: str) -> bool:
        """Send a signal; where the engine doesn't take it, nobody shall wait for the container any longer."""
        try:
            return self._kill(name)
        except engine_failures():
            self._give_up()
            return False


def _timer(seconds: float, function: Callable[[], object]) -> Timer:
    timer = Timer(min(seconds, threading.TIMEOUT_MAX), function)
    timer.daemon = True
    return timer

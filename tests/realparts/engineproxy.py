"""The socket of an engine becomes one of ours in front of it, which a test can cut, or make fall silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class EngineProxy:
    """Passes on what is said, until it is told not to."""

    def __init__(self, goal: str, place: Path) -> None:
        self.address = f"unix://{place}"
        self._goal = goal.removeprefix("unix://")
        self._open: list[socket.socket] = []
        self._silent = threading.Event()
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(place))
        self._server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """Hang up, and listen no longer: an engine that died."""
        for one in (self._server, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def fall_silent(self) -> None:
        """Keep all connections, take new ones, and say nothing any more: an engine that hangs."""
        self._silent.set()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._server.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(self._goal)
                self._open += [here, there]
                for source, sink in ((here, there), (there, here)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                if self._silent.is_set():
                    return
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def in_front_of(goal: str, place: Path) -> Iterator[EngineProxy]:
    """Listen in a new place for an engine."""
    proxy = EngineProxy(goal, place)
    try:
        yield proxy
    finally:
        proxy.cut()

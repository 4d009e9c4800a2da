"""Large files become OutputFiles: read piece by piece, several at once, in flat memory; holes are not read."""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from threading import Event, Lock
from typing import Final, NamedTuple

from hookkit.report import OutputFile

#: Hears how many bytes are measured, of how many; from any thread, but never twice at once.
Watch = Callable[[int, int], None]

#: How an output is opened: what was a file a moment ago is neither followed nor waited for if it is something else now.
READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_PIECE: Final = 1024 * 1024


class LargeFile(NamedTuple):
    """A file that takes its time: its path in the output, where it lies, and its size in bytes."""

    path: str
    place: str
    size: int


def unwatched(_done: int, _total: int) -> None:
    """Watch nothing."""


def measure_large(files: Sequence[LargeFile], watch: Watch) -> Iterator[OutputFile]:
    """Measure files, in their order; what can't be read, or has gone, has no digest."""
    if not files:
        return
    from concurrent.futures import ThreadPoolExecutor

    tally = _Tally(sum(file.size for file in files), watch)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        try:
            yield from threads.map(lambda file: _measure(file, tally), files)
        except BaseException:  # Ctrl-C: nobody waits for gigabytes that nobody wants
            tally.given_up.set()
            raise


class _Tally:
    """Adds up what threads have read, and tells whoever watches."""

    def __init__(self, total: int, watch: Watch) -> None:
        self._done, self._total, self._watch = 0, total, watch
        self._lock = Lock()
        self.given_up = Event()

    def add(self, size: int) -> None:
        with self._lock:
            self._done += size
            self._watch(self._done, self._total)


def _measure(file: LargeFile, tally: _Tally) -> OutputFile:
    try:
        stream = os.open(file.place, READ)
    except OSError:
        return OutputFile(file.path, file.size, "")
    digest = sha256()
    try:
        for piece in _pieces(stream, file.size):
            digest.update(piece)
            tally.add(len(piece))
            if tally.given_up.is_set():
                break
    except OSError:
        return OutputFile(file.path, file.size, "")
    finally:
        os.close(stream)
    return OutputFile(file.path, file.size, digest.hexdigest())


# ---------------------------------------------------------------- sparse files


def _pieces(stream: int, size: int) -> Iterator[memoryview]:
    """The content of a file; each piece holds until the next one is asked for."""
    room, zeros = memoryview(bytearray(_PIECE)), memoryview(bytes(_PIECE))
    at = 0
    while at < size:
        data = _seek(stream, at, os.SEEK_DATA, size)
        for start in range(at, data, _PIECE):
            yield zeros[: data - start]
        at, end = data, _seek(stream, data, os.SEEK_HOLE, size)
        while at < end:
            if not (count := os.preadv(stream, [room[: end - at]], at)):
                raise OSError(errno.EIO, "it became shorter")
            yield room[:count]
            at += count


def _seek(stream: int, at: int, what: int, size: int) -> int:
    """Where data, or a hole, begins at or behind a place; a file system that knows no holes has data all over."""
    try:
        return min(os.lseek(stream, at, what), size)
    except OSError as error:
        return at if what == os.SEEK_DATA and error.errno != errno.ENXIO else size

"""A stream that is costly to read becomes one that a thread reads ahead: decompression beside what is done with it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Full, Queue
from threading import Event, Thread
from typing import IO, Any, Final, cast

_CHUNK: Final = 1 << 20
#: Bounds memory: this many chunks wait at most.
_CHUNKS: Final = 4
_SECONDS: Final = 0.1

_Chunk = bytes | BaseException


@contextmanager
def reading_ahead(content: IO[bytes]) -> Iterator[IO[bytes]]:
    """The bytes of a stream, which only this may read until the block ends; its errors are raised where it is read."""
    chunks: Queue[_Chunk] = Queue(_CHUNKS)
    stop = Event()
    thread = Thread(target=_read, args=(content, chunks, stop), daemon=True)
    thread.start()
    try:
        yield cast("IO[bytes]", io.BufferedReader(_Chunks(chunks), _CHUNK))
    finally:
        stop.set()
        thread.join()


def _read(content: IO[bytes], chunks: "Queue[_Chunk]", stop: Event) -> None:
    chunk: _Chunk = b"."
    while chunk and isinstance(chunk, bytes):
        try:
            chunk = content.read(_CHUNK)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever reads
            chunk = error
        if not _handed_on(chunk, chunks, stop):
            return


def _handed_on(chunk: _Chunk, chunks: "Queue[_Chunk]", stop: Event) -> bool:
    """Wait until there is room; whether anybody still wants it."""
    while not stop.is_set():
        try:
            chunks.put(chunk, timeout=_SECONDS)
        except Full:
            continue
        return True
    return False


class _Chunks(io.RawIOBase):
    """What the thread read, in turn; empty bytes are its end."""

    def __init__(self, chunks: "Queue[_Chunk]") -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._rest and not self._ended:
            self._rest = memoryview(self._next())
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _next(self) -> bytes:
        chunk = self._chunks.get()
        if isinstance(chunk, BaseException):
            self._ended = True
            raise chunk
        self._ended = not chunk
        return chunk

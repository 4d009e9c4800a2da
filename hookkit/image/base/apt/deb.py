"""A .deb becomes its control fields and the stream of its members; nothing is unpacked, nothing of it is run.

Source: deb(5), ar(5): `debian-binary`, `control.tar.*` and `data.tar.*`, one after the other.
"""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from hookkit.image.base.ahead import reading_ahead
from hookkit.image.base.decompress import decompressed

_MAGIC: Final = b"!<arch>\n"
_HEADER: Final = 60
_BUFFER: Final = 1 << 18
_HEADER_END: Final = b"`\n"
_MOST_CONTROL_BYTES: Final = 1 << 20


class _Part(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size, self._position = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        self._file.seek(self._start + self._position)
        data = self._file.read(max(0, min(len(buffer), self._size - self._position)))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


@dataclass(frozen=True)
class Deb:
    """A .deb that is open: where its parts are, by name."""

    parts: dict[str, IO[bytes]]

    def control(self) -> str:
        """Its control fields, as text; ValueError where it has none."""
        with self._tar("control.tar") as tar:
            for member in tar:
                if member.name.removeprefix("./") == "control" and member.isreg():
                    return _text(tar, member)
        raise ValueError("it has no control fields")

    @contextmanager
    def data(self) -> Iterator[tarfile.TarFile]:
        """Its files as a tar to be read once, from the front."""
        with self._tar("data.tar") as tar:
            yield tar

    @contextmanager
    def _tar(self, name: str) -> Iterator[tarfile.TarFile]:
        part = next((one for key, one in self.parts.items() if key.startswith(name)), None)
        if part is None:
            raise ValueError(f"it has no {name}")
        try:
            with (
                decompressed(part) as content,
                reading_ahead(content) as ahead,
                tarfile.open(fileobj=ahead, mode="r|", bufsize=_BUFFER) as tar,
            ):
                yield tar
        except tarfile.TarError as error:
            raise ValueError(str(error)) from None


@contextmanager
def open_deb(path: Path) -> Iterator[Deb]:
    """Open a .deb for reading.

    Raises:
        ValueError: it is none, or damaged; also while it's read.

    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ValueError("it is no archive of ar")
        yield Deb(dict(_parts(file)))


def _parts(file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    position = len(_MAGIC)
    end = file.seek(0, io.SEEK_END)
    while position < end:
        file.seek(position)
        header = file.read(_HEADER)
        size = _size(header)
        if position + _HEADER + size > end:
            raise ValueError("it ends early")
        name = header[:16].decode("ascii", "replace").rstrip(" /")
        yield name, io.BufferedReader(_Part(file, position + _HEADER, size))
        position += _HEADER + size + size % 2  # parts start at even places


def _size(header: bytes) -> int:
    text = header[48:58].strip()
    if len(header) != _HEADER or header[58:] != _HEADER_END or not text.isdigit():
        raise ValueError("a part's header is damaged")
    return int(text)


def _text(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = tar.extractfile(member)
    if content is None or member.size > _MOST_CONTROL_BYTES:
        raise ValueError("its control fields are no file, or of no sensible size")
    return content.read().decode(errors="replace")

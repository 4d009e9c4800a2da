"""What a layer of an image is made of: files and links below one folder of the image."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Final

#: The parts of an image, from the bottom up.
RUNTIME: Final = "runtime"
DEPENDENCIES: Final = "dependencies"
CODE: Final = "code"
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class LayerFile:
    """A file of a layer: its path below the layer's target, where its bytes are, and whether it's a program."""

    path: str
    source: Path | bytes
    executable: bool = False


@dataclass(frozen=True)
class LayerLink:
    """A symbolic link of a layer: its path below the layer's target, and what it says."""

    path: str
    target: str


LayerEntry = LayerFile | LayerLink


@dataclass(frozen=True)
class Layer:
    """Entries that go to one folder of the image.

    Attributes:
        name: what people call it: `runtime`, `code`, `numpy 2.1.0`.
        part: `RUNTIME`, `DEPENDENCIES` or `CODE`.
        target: the folder of the image.
        entries: sorted by path; none means no layer.
        known_key: identifies the contents where somebody knows them without reading; "" where nobody does.

    """

    name: str
    part: str
    target: str
    entries: tuple[LayerEntry, ...] = ()
    known_key: str = ""

    @cached_property
    def key(self) -> str:
        """Equal keys, equal layers: a digest of target, names and contents."""
        return self.known_key or content_key(self.target, self.entries)


def content_key(target: str, entries: tuple[LayerEntry, ...]) -> str:
    """A digest, in hex, of what entries are and hold."""
    digest = hashlib.sha256(target.encode())
    for entry in entries:
        digest.update(_identity(entry))
    return digest.hexdigest()


def _identity(entry: LayerEntry) -> bytes:
    if isinstance(entry, LayerLink):
        return f"\0{entry.path}\0link\0{entry.target}".encode(errors="surrogateescape")
    kind = "program" if entry.executable else "file"
    return f"\0{entry.path}\0{kind}\0".encode(errors="surrogateescape") + _digest(entry.source)


def _digest(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return hashlib.sha256(source).digest()
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file, a megabyte at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk


def size_of(entry: LayerEntry) -> int:
    """Bytes of a file; a link has none."""
    if isinstance(entry, LayerLink):
        return 0
    return len(entry.source) if isinstance(entry.source, bytes) else entry.source.stat().st_size

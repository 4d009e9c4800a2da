"""A file that may be compressed becomes the bytes that it holds, by how it starts and not by its name."""

import gzip
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, Final


class DamagedError(ValueError):
    """The compressed bytes end early, or are not what they start as."""


def _open_gzip(file: IO[bytes]) -> Any:
    try:
        from zlib_ng import gzip_ng
    except ImportError:  # no wheel for this machine
        return gzip.open(file)
    return gzip_ng.GzipNGFile(fileobj=file)  # type: ignore[no-untyped-call]  # as it comes


def _open_xz(file: IO[bytes]) -> Any:
    return lzma.open(file)


def _open_zstd(file: IO[bytes]) -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.open(file)


#: How a file starts -> what opens it; any other holds its bytes as they are.
_OPENERS: Final[Mapping[bytes, Callable[[IO[bytes]], Any]]] = {
    b"\x1f\x8b": _open_gzip,
    b"\xfd7zXZ\x00": _open_xz,
    b"\x28\xb5\x2f\xfd": _open_zstd,
}
_LONGEST: Final = max(map(len, _OPENERS))


@contextmanager
def decompressed(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The bytes of a file that stands at its start and can go back to it (gzip, xz, zstd or none of them).

    Raises:
        DamagedError: while they are read, where they are no such bytes after all.

    """
    start = file.tell()
    first = file.read(_LONGEST)
    file.seek(start)
    opener = next((one for magic, one in _OPENERS.items() if first.startswith(magic)), None)
    if opener is None:
        yield file
        return
    with _named_errors(), opener(file) as content:
        yield content


@contextmanager
def _named_errors() -> Iterator[None]:
    """Each library has errors of its own for the same thing."""
    try:
        yield
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise DamagedError(str(error) or "its compressed bytes end early") from None
    except Exception as error:
        if type(error).__name__ in {"ZstdError", "error"}:  # zstd's and zlib-ng's, which may not be installed
            raise DamagedError(str(error)) from None
        raise

"""What need not be made twice becomes entries of a folder in the user's cache: blobs by digest, facts by key.

Every entry is written beside and renamed, so that a build that is killed, or two at once, never leave half of one.
What is damaged is as good as missing.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from hookkit.errors import HookkitError, Problem

_BLOBS: Final = "blobs"
_FACTS: Final = "facts"
_FOLDERS: Final = "folders"
_UNFINISHED: Final = "unfinished"
#: No build takes longer: what is older was left by one that was killed.
_STALE_SECONDS: Final = 24 * 3600
#: What writing to a file that is open may end with; such an error names no file.
_WRITE_ERRORS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


class CacheError(HookkitError):
    """The cache can't be written."""


@dataclass(frozen=True)
class Blob:
    """Bytes in the cache: their digest (`sha256:…`), their number, and the file that holds them."""

    digest: str
    size: int
    path: Path


class BlobWriter:
    """Takes the bytes of a blob and knows their digest; `blob` is there when the block that gave it has ended."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0
        self.blob: Blob | None = None

    def write(self, data: bytes | memoryview) -> int:
        """Append; as a file's `write`."""
        self._hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    @property
    def digest(self) -> str:
        """`sha256:…` of what was written so far."""
        return f"sha256:{self._hash.hexdigest()}"

    def done(self) -> Blob:
        """The blob, after the block."""
        if self.blob is None:
            raise ValueError("the blob is not written yet")
        return self.blob


@dataclass(frozen=True)
class Usage:
    """How many entries of a kind there are, and their bytes."""

    kind: str
    entries: int
    size: int


@dataclass(frozen=True)
class Cache:
    """The cache below a folder; the folder is made when something is written."""

    root: Path

    @classmethod
    def of_user(cls) -> "Cache":
        """`$XDG_CACHE_HOME/hookkit`.

        Raises:
            CacheError: nobody knows where this user is at home.

        """
        from platformdirs import user_cache_path

        with suppress(RuntimeError):
            return cls(user_cache_path("hookkit"))
        what = "names no folder, and nobody else knows where this user is at home"
        raise CacheError(Problem("HOME", what, "set it, or XDG_CACHE_HOME to a folder that you may write to"))

    # ------------------------------------------------------------ blobs

    def blob(self, digest: str, size: int) -> Blob | None:
        """The blob with this digest, if it's there and of this size; its bytes are checked by whoever reads them."""
        path = self._blob_path(digest)
        try:
            if path.stat().st_size != size:
                return None
            os.utime(path)  # what was used last is pruned last
        except OSError:
            return None
        return Blob(digest, size, path)

    @contextmanager
    def writing_blob(self, expected: str = "") -> Iterator[BlobWriter]:
        """Write a blob; it's in the cache when the block ends well.

        Args:
            expected: the digest that it must have; "" for any.

        Raises:
            CacheError: the folder can't be written.
            ValueError: the bytes have another digest.

        """
        with self._unfinished() as folder:
            fresh = folder / "blob"
            with fresh.open("wb") as file:
                writer = BlobWriter(file)
                yield writer
            if expected and writer.digest != expected:
                raise ValueError(f"its digest is {writer.digest}, not {expected}")
            path = self._blob_path(writer.digest)
            with self._named_errors():
                path.parent.mkdir(parents=True, exist_ok=True)
                fresh.replace(path)
        writer.blob = Blob(writer.digest, writer.size, path)

    def forget_blob(self, digest: str) -> None:
        """Drop a blob whose bytes turned out to be wrong."""
        self._blob_path(digest).unlink(missing_ok=True)

    def _blob_path(self, digest: str) -> Path:
        algorithm, _, name = digest.partition(":")
        return self.root / _BLOBS / algorithm / name

    # ------------------------------------------------------------ facts

    def fact(self, kind: str, key: str) -> Any:
        """What is known under a key, in JSON's terms; None where nothing is."""
        path = self._entry(_FACTS, kind, key).with_suffix(".json")
        try:
            known = json.loads(path.read_bytes())
            os.utime(path)
        except (OSError, ValueError):
            return None
        return known

    def remember(self, kind: str, key: str, fact: Any) -> None:
        """Keep a fact, in JSON's terms.

        Raises:
            CacheError: the folder can't be written.

        """
        path = self._entry(_FACTS, kind, key).with_suffix(".json")
        with self._unfinished() as folder:
            fresh = folder / "fact"
            fresh.write_text(json.dumps(fact, separators=(",", ":")), encoding="utf-8")
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.replace(path)

    def once(self, kind: str, key: str, make: Callable[[], Any]) -> Any:
        """The fact of a key, in JSON's terms; `make` finds it out where it isn't known.

        Raises:
            CacheError: the folder can't be written.

        """
        known = self.fact(kind, key)
        if known is None:
            known = make()
            self.remember(kind, key, known)
        return known

    # ------------------------------------------------------------ folders

    def folder(self, kind: str, key: str, fill: Callable[[Path], object]) -> Path:
        """The folder of this key; `fill` makes it where it isn't there yet.

        Raises:
            CacheError: it can't be written.

        """
        path = self._entry(_FOLDERS, kind, key)
        if not path.is_dir():
            with self._unfinished() as folder:
                fresh = folder / "folder"
                fresh.mkdir()
                fill(fresh)
                path.parent.mkdir(parents=True, exist_ok=True)
                _place(fresh, path)
        with suppress(OSError):
            os.utime(path)
        return path

    # ------------------------------------------------------------ keeping house

    def usage(self) -> list[Usage]:
        """What there is, by kind."""
        return [Usage(kind, len(sizes), sum(sizes)) for kind, sizes in sorted(self._sizes().items())]

    def prune(self, older_than_seconds: float = 0) -> Usage:
        """Remove what was not used for so long, and what builds that were killed left; what was removed."""
        limit = time.time() - older_than_seconds
        removed = [size for _, path, size in self._entries() if path.lstat().st_mtime <= limit and _remove(path)]
        self.sweep()
        return Usage("removed", len(removed), sum(removed))

    def sweep(self) -> None:
        """Remove what builds that were killed left behind."""
        limit = time.time() - _STALE_SECONDS
        with suppress(OSError):
            for path in (self.root / _UNFINISHED).iterdir():
                if path.lstat().st_mtime <= limit:
                    _remove(path)

    def _sizes(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for kind, _, size in self._entries():
            found.setdefault(kind, []).append(size)
        return found

    def _entries(self) -> Iterator[tuple[str, Path, int]]:
        for kind in sorted(self.root.glob(f"{_BLOBS}/*")):
            yield from ((_BLOBS, path, path.lstat().st_size) for path in kind.iterdir())
        for name in (_FACTS, _FOLDERS):
            for kind in sorted(self.root.glob(f"{name}/*")):
                yield from ((kind.name, path, _size(path)) for path in kind.iterdir())

    # ------------------------------------------------------------ writing

    def _entry(self, place: str, kind: str, key: str) -> Path:
        return self.root / place / kind / hashlib.sha256(key.encode()).hexdigest()

    @contextmanager
    def _unfinished(self) -> Iterator[Path]:
        """A folder of this build alone, on the file system that the entries are renamed on."""
        with self._named_errors():
            (self.root / _UNFINISHED).mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=self.root / _UNFINISHED))
        try:
            with self._named_errors():
                yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """An error of the file system below the cache becomes a line; others are not ours to explain."""
        try:
            yield
        except OSError as error:
            if not self._is_own(error):
                raise
            remedy = (
                "free some space, run `hookkit cache prune`, or set XDG_CACHE_HOME to a folder that you may write to"
            )
            what = f"the cache can't be written: {error.strerror or error}"
            raise CacheError(Problem(str(self.root), what, remedy)) from None

    def _is_own(self, error: OSError) -> bool:
        if error.filename is None:
            return error.errno in _WRITE_ERRORS
        place = Path(os.fsdecode(error.filename))
        return place.is_relative_to(self.root) or self.root.is_relative_to(place)


def _place(fresh: Path, path: Path) -> None:
    try:
        fresh.rename(path)
    except OSError:
        if not path.is_dir():  # another build was faster
            raise


def _size(path: Path) -> int:
    if not path.is_dir():
        return path.lstat().st_size
    return sum(one.lstat().st_size for one in path.rglob("*") if not one.is_dir())


def _remove(path: Path) -> bool:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return True

"""DebPackages become files of the cache: apt downloads just these versions, and just those that are not there yet."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.private import PrivateApt, private_apt
from hookkit.image.base.apt.request import AptRequest
from hookkit.image.builder import Progress, Watcher, unwatched
from hookkit.image.layer import chunks

_DEBS: Final = "debs"
_REMEDY: Final = "run `hookkit lock --upgrade`, then build again"


def fetch_packages(
    packages: Sequence[DebPackage], request: AptRequest, cache: Cache, watch: Watcher = unwatched
) -> tuple[Path, ...]:
    """The .debs of packages, in their order; what the cache has is not downloaded, and apt isn't asked for nothing.

    Args:
        packages: as `resolve_packages` or a lock file gives them.
        request: names the archive and the architecture.
        cache: keeps the .debs by their hash.
        watch: hears of the download.

    Raises:
        BuildError: the archive no longer has a package, sends another, or can't be reached; there is no apt.
        CacheError: the cache can't be written.

    """
    missing = [one for one in packages if not _cached(cache, one)]
    if missing:
        progress = Progress(f"download {len(missing)} packages", total=sum(one.size for one in missing))
        watch(progress)
        with private_apt(cache, request.settings, request.architecture) as apt:
            _download(apt, missing, cache, lambda done: watch(replace(progress, done=done)))
    return tuple(_expect(cache, one) for one in packages)


def _cached(cache: Cache, package: DebPackage) -> Path | None:
    """The .deb, if the cache has it whole."""
    blob = cache.blob(package.digest, package.size)
    if blob is None:
        return None
    with blob.path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == package.sha256:
            return blob.path
    cache.forget_blob(package.digest)
    return None


def _expect(cache: Cache, package: DebPackage) -> Path:
    """The .deb that was just downloaded."""
    blob = cache.blob(package.digest, package.size)
    if blob is None:
        raise BuildError(Problem(str(package), "was sent with other bytes than the lock knows", _REMEDY))
    return blob.path


def _download(apt: PrivateApt, packages: Sequence[DebPackage], cache: Cache, tell: Callable[[int], None]) -> None:
    _bring_up_to_date(apt, packages)
    with _empty(apt.folder / _DEBS) as folder:
        apt.run("apt-get", "-q", "download", *map(_exactly, packages), folder=folder, tick=lambda: tell(_size(folder)))
        for path in sorted(folder.iterdir()):
            _keep(cache, path)


@contextmanager
def _empty(folder: Path) -> Iterator[Path]:
    """A folder that is empty at the start, whatever a build that was killed left there, and gone at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _size(folder: Path) -> int:
    """The bytes below a folder in which files come and go."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            size += path.stat().st_size
    return size


def _bring_up_to_date(apt: PrivateApt, packages: Sequence[DebPackage]) -> None:
    """Refresh the index only if it lacks a package: it may be older than the lock, or there may be none yet."""
    if apt.has_indexes and not _gone(apt, packages):
        return
    apt.update()
    if gone := _gone(apt, packages):
        raise BuildError(*(Problem(str(one), f"is no longer in the archive ({apt.source})", _REMEDY) for one in gone))


def _gone(apt: PrivateApt, packages: Iterable[DebPackage]) -> list[DebPackage]:
    """The packages that the index doesn't have, or has with another hash."""
    wanted = list(packages)
    known = set(apt.run("apt-cache", "pkgnames").split())
    names = [one.name for one in wanted if one.name in known]
    there = apt.show(*names) if names else ()
    hashes = {(one.name, one.version, one.sha256) for one in there}
    return [one for one in wanted if (one.name, one.version, one.sha256) not in hashes]


def _exactly(package: DebPackage) -> str:
    return f"{package.name}={package.version}"


def _keep(cache: Cache, path: Path) -> None:
    with cache.writing_blob() as writer, path.open("rb") as deb:
        for chunk in chunks(deb):
            writer.write(chunk)

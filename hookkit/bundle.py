"""The runtime as files: hookkit's container side, which travels into images and onto the path of the hook's Python.

It is copied from the hookkit that runs, because hookkit is on no package index. The author's tools and their libraries
stay behind, so what runs here has on its path exactly what the container has. The tests of a project get the pytest
plugin beside it.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from hookkit.cache import Cache
from hookkit.version import __version__

_PACKAGE: Final = Path(__file__).parent
#: The upper block of the map in hookkit/README.md: modules, and folders with all their modules.
_CONTAINER_SIDE: Final = (
    "__init__.py",
    "agreement.py",
    "annotations.py",
    "authoring.py",
    "command.py",
    "composites.py",
    "constraints.py",
    "context.py",
    "contract.py",
    "datatypes.py",
    "errors.py",
    "markers.py",
    "parts.py",
    "py.typed",
    "record.py",
    "runtime",
    "scalars.py",
    "secret.py",
    "signature.py",
    "spec.py",
    "travel.py",
    "version.py",
)
#: What the pytest plugin is, on top of that; it asks the desk for all else.
_TESTING_SIDE: Final = ("report.py", "testing")


@cache
def runtime_files() -> Mapping[str, bytes]:
    """Each file of the runtime by its path below an import root (`hookkit/spec.py`), sorted."""
    return _files(_CONTAINER_SIDE)


@cache
def testing_files() -> Mapping[str, bytes]:
    """The same with the pytest plugin."""
    return _files((*_CONTAINER_SIDE, *_TESTING_SIDE))


def _files(names: tuple[str, ...]) -> dict[str, bytes]:
    places = [_PACKAGE / name for name in names]
    files = [file for place in places for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]
    return {f"hookkit/{file.relative_to(_PACKAGE).as_posix()}": file.read_bytes() for file in sorted(files)}


def runtime_digest() -> str:
    """SHA-256 over names and contents, in hex."""
    return _digest(runtime_files())


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def package_state() -> str:
    """A digest, in hex, that changes when any of hookkit's modules does: what was made by others is made anew."""
    return hashlib.sha256("\n".join(_states(str(_PACKAGE))).encode()).hexdigest()


def _states(folder: str) -> Iterator[str]:
    """Name, size and time of each module below a folder; asked on every command, and so without Path."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.is_dir():
                yield from _states(entry.path)
            elif entry.name.endswith(".py"):
                stat = entry.stat()
                yield f"{entry.path} {stat.st_size} {stat.st_mtime_ns}"


def write_runtime(folder: Path) -> None:
    """Write the runtime below an import root."""
    _write(runtime_files(), folder)


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def runtime_path() -> Path:
    """An import root that holds the runtime and nothing else, in the user's cache folder; made once a version.

    Raises:
        CacheError: the cache folder can't be written.

    """
    return _path("runtime", runtime_files())


def testing_path() -> Path:
    """The same with the pytest plugin, for a project's own tests.

    Raises:
        CacheError: the cache folder can't be written.

    """
    return _path("testing", testing_files())


def _path(kind: str, files: Mapping[str, bytes]) -> Path:
    return Cache.of_user().folder(kind, f"{__version__}-{_digest(files)}", lambda folder: _write(files, folder))

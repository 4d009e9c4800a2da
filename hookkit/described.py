"""What a hook declares is asked once for the same sources: a build that changes nothing imports no rasterio."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from hookkit.bundle import runtime_digest
from hookkit.cache import Cache
from hookkit.project import Project, describe, find_python
from hookkit.spec import HookSpec

Describe = Callable[[Project, str | None], HookSpec]

_KIND: Final = "described"
#: What a module reads when it's imported: code, and the tables that choices and defaults come from.
_SOURCES: Final = frozenset({".py", ".so", ".json", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".csv", ".txt"})
#: Larger files are known by their size and time: they are data.
_MOST_BYTES: Final = 1 << 20
#: Folders that hold no code of the project: what builds write, and what tools keep.
_SKIPPED: Final = frozenset({"__pycache__", "node_modules", "dist", "build", "out"})
_MARKERS: Final = ("pyvenv.cfg", "oci-layout")


def describe_once(project: Project, target: str | None, cache: Cache, ask: Describe = describe) -> HookSpec:
    """As `project.describe`, or another `ask`, which is asked only where sources, environment or runtime changed since.

    What else a module reads while it's imported (the environment, the network) is not looked at.

    Raises:
        HookkitError: as `project.describe`.

    """
    key = description_key(project, target)
    if (known := cache.fact(_KIND, key)) is not None:
        try:
            return HookSpec.from_json(known)
        except ValueError:  # of another version of hookkit, or damaged
            pass
    spec = ask(project, target)
    cache.remember(_KIND, key, spec.to_json())
    return spec


def description_key(project: Project, target: str | None) -> str:
    """A digest, in hex, of all that a description is made from."""
    digest = hashlib.sha256(f"{runtime_digest()}\0{project.root}\0{target or project.settings.hook}".encode())
    for line in environment_state(find_python(project).executable):
        digest.update(f"\0{line}".encode(errors="surrogateescape"))
    for path in _sources(project.code_root):
        digest.update(f"\0{path.relative_to(project.code_root)}\0".encode(errors="surrogateescape"))
        digest.update(_identity(path))
    return digest.hexdigest()


def environment_state(python: Path) -> Iterator[str]:
    """The interpreter, and its folders of packages, whose time changes when one is installed or removed."""
    prefix = python.parent.parent
    yield str(python)
    for folder in (python, prefix / "pyvenv.cfg", *sorted(prefix.glob("lib*/python3*/site-packages"))):
        if folder.exists():
            yield f"{folder}\0{folder.stat().st_mtime_ns}"


def _sources(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not _is_skipped(here, name))
        yield from (here / name for name in sorted(files) if Path(name).suffix in _SOURCES)


def _is_skipped(folder: Path, name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED or is_made(folder / name)


def is_made(folder: Path) -> bool:
    """Whether a folder is an environment of Python, or an image that was built: nobody wrote what it holds."""
    return any((folder / marker).is_file() for marker in _MARKERS)


def _identity(file: Path) -> bytes:
    try:
        stat = file.stat()
        if stat.st_size > _MOST_BYTES:
            return f"{stat.st_size} {stat.st_mtime_ns}".encode()
        return hashlib.sha256(file.read_bytes()).digest()
    except OSError:  # a link that leads nowhere, or a file that nobody may read
        return b"unreadable"

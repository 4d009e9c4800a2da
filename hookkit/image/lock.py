"""`hookkit.lock` becomes a Lock, and a Lock the file: what an image is made of, pinned by version and hash."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from hookkit.errors import DependencyError, Problem
from hookkit.image.base.apt.package import DebPackage
from hookkit.project import Project
from hookkit.reference import is_digest
from hookkit.whole import write_whole

LOCK: Final = "hookkit.lock"
UV_LOCK: Final = "uv.lock"
#: The form of the file; a hookkit that knows this one refuses later ones.
_VERSION: Final = 1
_HEADER: Final = (
    "# Made by `hookkit lock`: what the hook's image is made of. Keep it in git, and do not write into it:\n"
    "# `hookkit lock --upgrade` resolves all anew.\n"
)
_Table = TypeVar("_Table")
_REMEDY: Final = "restore it from git, or remove it and run `hookkit lock`"


@dataclass(frozen=True)
class LockedRequirement:
    """A package of one version, `numpy==2.1.0 ; <when>`, and the hashes (`sha256:…`) that its files may have."""

    requirement: str
    hashes: tuple[str, ...]

    def __post_init__(self) -> None:
        for one in self.hashes:
            _check_digest(one)


@dataclass(frozen=True)
class LockedDependencies:
    """What a project's dependencies are, on every platform.

    Attributes:
        python: the minor version of Python that they were resolved for: `3.12`.
        dependencies: what was asked for, as the project wrote it.
        requirements: what came of it, with all that is needed in turn.
        source: the file that they are kept in: `uv.lock` where the project has one.

    """

    python: str
    dependencies: tuple[str, ...]
    requirements: tuple[LockedRequirement, ...]
    source: str = LOCK

    def fit(self, dependencies: tuple[str, ...], python: str) -> bool:
        """Whether they answer what is asked now."""
        return (self.dependencies, self.python) == (dependencies, python)


@dataclass(frozen=True)
class LockedPackages:
    """Packages of a distribution: the names that were asked for, and all that came of it."""

    asked: tuple[str, ...]
    packages: tuple[DebPackage, ...]


@dataclass(frozen=True)
class LockedBase:
    """A base image of a registry: the digest (`sha256:…`) of its manifest or index."""

    digest: str

    def __post_init__(self) -> None:
        _check_digest(self.digest)


@dataclass(frozen=True)
class Lock:
    """All of a lock; what was not asked for yet is not in it.

    Attributes:
        python: what the project depends on.
        apt: packages by `<distribution>:<suite>:<architecture>`.
        base: bases by `<name>:<platform>`.

    """

    python: LockedDependencies | None = None
    apt: Mapping[str, LockedPackages] = field(default_factory=dict)
    base: Mapping[str, LockedBase] = field(default_factory=dict)


# ---------------------------------------------------------------- reading


def read_lock(project: Project) -> Lock:
    """The project's lock; an empty one where there is none.

    Raises:
        DependencyError: it is damaged, or a later hookkit made it.

    """
    file = project.root / LOCK
    try:
        return parse_lock(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError:
        return Lock()
    except UnicodeDecodeError:
        raise DependencyError(Problem(str(file), "is damaged: it is no text", _REMEDY)) from None
    except OSError as error:
        raise DependencyError(Problem(str(file), f"can't be read: {error.strerror}", "mend its permissions")) from None


def parse_lock(text: str, where: str = LOCK) -> Lock:
    """Read a lock; `where` is what errors call it.

    Raises:
        DependencyError: it is damaged, or a later hookkit made it.

    """
    try:
        data = tomllib.loads(text)
        if data.get("version") == _VERSION:
            return _lock(data)
    except ValueError as error:
        words = " ".join(str(error).split())
        raise DependencyError(Problem(where, f"is damaged: {words}", _REMEDY)) from None
    raise DependencyError(_other_version(where, data.get("version")))


def _lock(data: Mapping[str, Any]) -> Lock:
    """The value of a file's tables; ValueError with the table that is wrong."""
    python = _read("python", _read_python, data) if "python" in data else None
    return Lock(python, _read("apt", _read_apt, data), _read("base", _read_base, data))


def _read(name: str, reader: Callable[[Any], _Table], data: Mapping[str, Any]) -> _Table:
    try:
        return reader(data.get(name, {}))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        words = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ValueError(f"[{name}]: {words}") from None


def _read_python(table: Mapping[str, Any]) -> LockedDependencies:
    requirements = (
        LockedRequirement(_text(one["requirement"]), tuple(map(_text, one["hashes"]))) for one in table["requirements"]
    )
    return LockedDependencies(_text(table["python"]), tuple(map(_text, table["dependencies"])), tuple(requirements))


def _read_apt(table: Mapping[str, Any]) -> dict[str, LockedPackages]:
    return {
        archive: LockedPackages(tuple(map(_text, one["asked"])), tuple(map(DebPackage.from_json, one["packages"])))
        for archive, one in table.items()
    }


def _read_base(table: Mapping[str, Any]) -> dict[str, LockedBase]:
    return {name: LockedBase(_text(one["digest"])) for name, one in table.items()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _other_version(where: str, version: object) -> Problem:
    if isinstance(version, int) and version > _VERSION:
        return Problem(where, f"is of version {version}, made by a later hookkit", "upgrade hookkit")
    return Problem(where, f"is damaged: its version is {version!r}, not {_VERSION}", _REMEDY)


def _check_digest(text: str) -> None:
    if not is_digest(text):
        raise ValueError(f"{text!r} is no sha256:… digest")


# ---------------------------------------------------------------- writing


def write_lock(project: Project, lock: Lock) -> Path:
    """Keep a lock in the project: the file is touched only where it changes, made only where it holds something.

    Raises:
        DependencyError: it can't be written.

    """
    file = project.root / LOCK
    try:
        if _tables(lock) or file.is_file():
            write_whole(file, render_lock(lock).encode())
    except OSError as error:
        remedy = "mend the permissions of its folder, or the disk"
        raise DependencyError(Problem(str(file), f"can't be written: {error.strerror}", remedy)) from None
    return file


def render_lock(lock: Lock) -> str:
    """The text of a lock's file: equal locks give equal texts; what another file keeps is not in it."""
    import tomli_w

    return _HEADER + tomli_w.dumps({"version": _VERSION, **_tables(lock)})


def _tables(lock: Lock) -> dict[str, Any]:
    tables = {"python": _python(lock.python), "apt": _apt(lock), "base": _base(lock)}
    return {name: table for name, table in tables.items() if table}


def _python(locked: LockedDependencies | None) -> dict[str, Any]:
    if locked is None or locked.source != LOCK:
        return {}
    kept = asdict(locked)
    del kept["source"]
    return kept


def _apt(lock: Lock) -> dict[str, Any]:
    return {
        name: {"asked": list(locked.asked), "packages": [one.to_json() for one in sorted(locked.packages)]}
        for name, locked in sorted(lock.apt.items())
    }


def _base(lock: Lock) -> dict[str, Any]:
    return {name: asdict(locked) for name, locked in sorted(lock.base.items())}

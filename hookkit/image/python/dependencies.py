"""What a project depends on becomes LockedDependencies, by uv; and these, for a target, what wheels are chosen by."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hookkit.errors import DependencyError, Problem
from hookkit.image.lock import UV_LOCK, Lock, LockedDependencies, LockedRequirement
from hookkit.image.platform import Platform
from hookkit.image.python.requirements import (
    is_named,
    read_requirements,
    refuse_credentials,
    refuse_unpinned,
    render_requirements,
)
from hookkit.image.python.uv_command import Uv, source_of
from hookkit.image.python.uv_settings import UvSettings
from hookkit.project import PYPROJECT, Project

#: How installed files are mended: a change of it makes every layer of dependencies anew.
_FORM: Final = 1
_HOOKKIT: Final = re.compile(r"hookkit\s*([\[<>=!~;@(]|$)", re.IGNORECASE)
#: Nothing is dependable but what the image gets: this resolves a package to nothing (uv's documentation on overrides).
_WITHOUT_HOOKKIT: Final = "hookkit ; python_version < '0'\n"
#: Hashes, and nothing else beside the requirements.
_PLAIN: Final = ("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")


@dataclass(frozen=True)
class Dependencies:
    """What is installed, and for whom.

    Attributes:
        requirements: pinned, with hashes; "" for none.
        python: the minor version of Python that gets them: `3.12`.
        platform: what it runs on.
        glibc: the version of the base's C library: (2, 36).

    """

    requirements: str
    python: str
    platform: Platform
    glibc: tuple[int, int]

    @property
    def key(self) -> str:
        """A digest, in hex, of all that shapes the result: equal keys, equal files."""
        shape = {**asdict(self), "form": _FORM}
        return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()

    def __str__(self) -> str:
        major, minor = self.glibc
        return f"{self.platform}, Python {self.python}, glibc {major}.{minor}"


def dependencies_for(
    locked: LockedDependencies | None, platform: Platform, glibc: tuple[int, int], python: str
) -> Dependencies:
    """What is locked, for a target."""
    requirements = locked.requirements if locked else ()
    return Dependencies(render_requirements(requirements), python, platform, glibc)


# ---------------------------------------------------------------- locking


def locked_dependencies(project: Project, python: str, lock: Lock) -> LockedDependencies | None:
    """The project's dependencies, pinned: those of `uv.lock` to the letter, else the lock's, else resolved now.

    hookkit itself is left out: the image has its runtime.

    Args:
        project: uv is run there.
        python: the minor version of Python that they are for.
        lock: what is locked and fits is kept; of what does not fit, the versions that still do. An empty one
            resolves all anew.

    Returns:
        None where the project depends on nothing.

    Raises:
        DependencyError: a package has no wheel or does not exist, `uv.lock` is stale, something can't be pinned.

    """
    asked = asked_dependencies(project)
    if _has_uv_lock(project):
        return _exported(project, asked, python)
    _refuse_what_needs_uv_lock(project, asked)
    if not asked:
        return None
    if lock.python and lock.python.fit(asked, python):
        return lock.python
    return _compiled(project, asked, python, lock.python)


def dependencies_fit(project: Project, python: str, lock: Lock) -> bool:
    """Whether the lock holds what the project depends on now.

    Raises:
        DependencyError: the project has a `uv.lock`, and it is stale.

    """
    asked = asked_dependencies(project)
    if _has_uv_lock(project):
        return _exported(project, asked, python) is not None
    _refuse_what_needs_uv_lock(project, asked)
    return lock.python.fit(asked, python) if lock.python else not asked


def asked_dependencies(project: Project) -> tuple[str, ...]:
    """What the project asks for, but for hookkit."""
    return tuple(one for one in project.dependencies if not _HOOKKIT.match(one))


def _has_uv_lock(project: Project) -> bool:
    return source_of(project).name == UV_LOCK


def _exported(project: Project, asked: tuple[str, ...], python: str) -> LockedDependencies:
    # --locked: as --frozen it changes nothing, but it refuses a lock that no longer fits pyproject.toml.
    chosen = ["--no-dev", "--no-emit-project", "--no-editable", "--prune", "hookkit"]
    text = _uv(project, python).run("export", "--locked", *chosen, "--no-header", "--no-annotate")
    found = read_requirements(text)
    without = [one for one in found if not one.hashes]
    if without and all("==" in one.requirement for one in without):  # of an index that tells none, or of a folder
        found = _resolved(project, render_requirements(found), python)
    refuse_unpinned(found, str(project.root / UV_LOCK))
    return LockedDependencies(python, asked, found, UV_LOCK)


def _compiled(
    project: Project, asked: tuple[str, ...], python: str, known: LockedDependencies | None
) -> LockedDependencies:
    where = str(project.root / PYPROJECT)
    refuse_credentials(asked, where)
    preferred = render_requirements(known.requirements if known else ())
    found = _resolved(project, "\n".join(asked), python, preferred=preferred)
    refuse_unpinned(found, where)
    return LockedDependencies(python, asked, found)


def _resolved(project: Project, requirements: str, python: str, preferred: str = "") -> tuple[LockedRequirement, ...]:
    """What uv makes of requirements, for every platform; it keeps the preferred versions where they still fit."""
    with TemporaryDirectory(prefix="hookkit-") as folder:
        overrides, pinned = Path(folder, "overrides.txt"), Path(folder, "requirements.txt")
        overrides.write_text(_WITHOUT_HOOKKIT, encoding="utf-8")
        pinned.write_text(preferred, encoding="utf-8")
        places = ["--override", str(overrides), "--output-file", str(pinned)]
        target = ["--universal", "--python-version", python, "--only-binary", ":all:"]
        _uv(project, python).run("pip", "compile", "-", *places, *target, *_PLAIN, text=requirements)
        return read_requirements(pinned.read_text(encoding="utf-8"))


def _uv(project: Project, python: str) -> Uv:
    return Uv(project, f"Python {python}", UvSettings.of(project).opened_indexes)


# ---------------------------------------------------------------- what uv.lock alone can pin


def _refuse_what_needs_uv_lock(project: Project, asked: tuple[str, ...]) -> None:
    if problems := list(_needs_of_uv_lock(project, asked)):
        raise DependencyError(*problems)


def _needs_of_uv_lock(project: Project, asked: tuple[str, ...]) -> Iterator[Problem]:
    file, settings = project.root / PYPROJECT, UvSettings.of(project)
    if settings.dynamic:
        remedy = "write them into [project] dependencies, or run `uv lock`: hookkit follows uv.lock"
        yield Problem(f"{file}: project.dynamic", "leaves the dependencies to a build backend", remedy)
    for name in settings.sources:
        if any(is_named(name, one) for one in asked):
            remedy = "run `uv lock`: hookkit follows uv.lock"
            yield Problem(f"{file}: tool.uv.sources.{name}", "says where the package is, for uv.lock alone", remedy)

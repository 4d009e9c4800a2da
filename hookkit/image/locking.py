"""What is asked of an image and what its lock holds already become a complete Lock; the rest is resolved by others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hookkit.image.lock import Lock, LockedBase, LockedPackages
from hookkit.image.python.dependencies import dependencies_fit, locked_dependencies
from hookkit.project import Project


@dataclass(frozen=True)
class LockRequest:
    """What an image is to be made of.

    Attributes:
        python: the minor version of the hook's Python.
        packages: names of packages by `<distribution>:<suite>:<architecture>`.
        bases: bases of registries, each `<name>:<platform>`.

    """

    python: str
    packages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bases: tuple[str, ...] = ()


def _no_packages(archive: str, names: tuple[str, ...]) -> LockedPackages:
    raise ValueError(f"nobody was named who resolves {', '.join(names)} of {archive}")


def _no_base(name: str) -> LockedBase:
    raise ValueError(f"nobody was named who looks up {name}")


@dataclass(frozen=True)
class Resolvers:
    """Who finds out what is not locked yet; one that is left out must not be needed (ValueError).

    Attributes:
        packages: the archive `<distribution>:<suite>:<architecture>` and names -> the packages that they come to.
        base: `<name>:<platform>` -> the digest that it has now.

    """

    packages: Callable[[str, tuple[str, ...]], LockedPackages] = _no_packages
    base: Callable[[str], LockedBase] = _no_base


def lock_project(project: Project, request: LockRequest, resolvers: Resolvers, known: Lock) -> Lock:
    """The lock as it has to be for a request; nothing is written, and what still fits is kept.

    Args:
        project: gives its dependencies.
        request: what is asked.
        resolvers: asked for what is missing or stale.
        known: the lock that there is; an empty one resolves all anew, and drops what was not asked for now.

    Raises:
        HookkitError: something can't be resolved.

    """
    packages = {archive: resolvers.packages(archive, names) for archive, names in _stale(known, request).items()}
    bases = {name: resolvers.base(name) for name in _missing(known, request)}
    return Lock(
        python=locked_dependencies(project, request.python, known),
        apt={**known.apt, **packages},
        base={**known.base, **bases},
    )


def is_current(project: Project, request: LockRequest, known: Lock) -> bool:
    """Whether a project's lock holds all that is asked; nobody is asked for anything.

    Raises:
        DependencyError: the project's `uv.lock` does not fit.

    """
    return dependencies_fit(project, request.python, known) and not (_stale(known, request) or _missing(known, request))


def _stale(known: Lock, request: LockRequest) -> dict[str, tuple[str, ...]]:
    """The archives that other names are asked of than those that are locked."""
    return {
        archive: names
        for archive, names in request.packages.items()
        if archive not in known.apt or known.apt[archive].asked != names
    }


def _missing(known: Lock, request: LockRequest) -> list[str]:
    return [name for name in request.bases if name not in known.base]

"""Dependencies become Distributions: uv downloads and unpacks their wheels, on this machine and for another."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from hookkit.cache import Cache
from hookkit.errors import DependencyError, Problem
from hookkit.image.platform import Platform
from hookkit.image.python.dependencies import Dependencies
from hookkit.image.python.distributions import Distribution, read_distributions
from hookkit.image.python.requirements import hashes_of, read_requirements
from hookkit.image.python.uv_command import Uv
from hookkit.image.python.uv_settings import UvSettings
from hookkit.project import Project

_KIND: Final = "dependencies"
_MACHINES: Final[Mapping[Platform, str]] = {
    Platform("linux", "amd64"): "x86_64",
    Platform("linux", "arm64"): "aarch64",
}
#: The levels of manylinux that uv chooses wheels by (`uv pip install --help`): versions of glibc, oldest first.
_LEVELS: Final = ((2, 17), (2, 28), *((2, minor) for minor in range(31, 41)))


def install_dependencies(cache: Cache, dependencies: Dependencies, project: Project) -> tuple[Distribution, ...]:
    """Download and unpack what is pinned, once; without requirements nothing is done.

    Args:
        cache: keeps the installed tree, which the distributions' files lie in. Where uv's own cache is on the same
            file system, its files are links to that, and take neither time nor space.
        dependencies: nothing is ever built from source, and no file is taken that has another hash.
        project: uv is run there, so that its settings for indexes count.

    Raises:
        DependencyError: a package has no wheel for the target, a file another hash, or the index does not answer.
        CacheError: the cache can't be written.

    """
    if not dependencies.requirements:
        return ()
    tree = cache.folder(_KIND, dependencies.key, partial(_install, dependencies, project))
    pinned = read_requirements(dependencies.requirements)
    return read_distributions(tree, dependencies.python, partial(hashes_of, requirements=pinned))


def _install(dependencies: Dependencies, project: Project, tree: Path) -> None:
    # --prefix, not --target: that is the layout of a virtual environment, so what packages note about it stays true.
    place = ["--prefix", str(tree), "--no-deps", "--require-hashes", "--requirements", "-", "--link-mode", "hardlink"]
    uv = Uv(project, str(dependencies), UvSettings.of(project).opened_indexes)
    uv.run("pip", "install", *_wheels(dependencies), *place, text=dependencies.requirements)


def _wheels(dependencies: Dependencies) -> list[str]:
    platform = wheel_platform(dependencies.platform, dependencies.glibc)
    return ["--python-platform", platform, "--python-version", dependencies.python, "--only-binary", ":all:"]


def wheel_platform(platform: Platform, glibc: tuple[int, int]) -> str:
    """The platform that wheels are chosen for, in uv's words: the highest level of manylinux that the base carries.

    Raises:
        DependencyError: its C library is older than all wheels.

    """
    fitting = [level for level in _LEVELS if level <= glibc]
    if not fitting:
        what = f"its glibc {glibc[0]}.{glibc[1]} is older than any wheel is made for"
        raise DependencyError(Problem("the base image", what, "choose a base with glibc 2.17 or later"))
    major, minor = fitting[-1]
    return f"{_MACHINES[platform]}-manylinux_{major}_{minor}"

"""A project and what is asked become ImagePlans: base and dependencies pinned in the lock, code chosen."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from hookkit.errors import DependencyError, Problem
from hookkit.image.base.apt.assemble import PackageStore
from hookkit.image.base.opening import base_facts, check_base, open_base
from hookkit.image.builder import Duration
from hookkit.image.code import LeftOut, select_code
from hookkit.image.lock import LOCK, Lock, read_lock, write_lock
from hookkit.image.locking import is_current, lock_project
from hookkit.image.oci.compression import Compression, best_gzip
from hookkit.image.pinning import Pinning
from hookkit.image.plan import Base, ImagePlan, ImageRequest, Ingredients, plan_image
from hookkit.image.platform import Platform
from hookkit.image.python.dependencies import dependencies_for
from hookkit.project import PYPROJECT
from hookkit.reference import REGISTRY
from hookkit.spec import HookSpec

#: The C library that an engine's base is taken to have, since nobody has looked: every one that is still maintained
#: has it, and later wheels are rare.
USUAL_GLIBC: Final = (2, 28)


@dataclass(frozen=True)
class Prepared:
    """What is ready to be built.

    Attributes:
        plans: one a platform.
        left_out: what of the author's files is in none of them.
        durations: of what took time.

    """

    plans: tuple[ImagePlan, ...]
    left_out: tuple[LeftOut, ...]
    durations: tuple[Duration, ...]


def prepare_images(
    spec: HookSpec,
    pinning: Pinning,
    *,
    bytecode: str = "",
    locked: bool = False,
    compression: Compression | None = None,
) -> Prepared:
    """Plan the images of a hook.

    Args:
        spec: what the hook declares.
        pinning: says for which platforms, and on what base.
        bytecode: what compiles modules; "" for nothing.
        locked: refuse to change the project's lock.
        compression: how the builder stores layers, so that a base that is assembled to be looked at is assembled once;
            None for gzip.

    Raises:
        DependencyError: the dependencies can't be pinned; with `locked`: the lock does not hold all that is needed.
        BuildError: the base does not fit.
        HookkitError: the base can't be had.

    """
    durations: list[Duration] = []
    code = select_code(pinning.project)
    with _timed("lock", durations):
        lock = _locked(pinning, locked=locked)
    plans = []
    for platform in pinning.platforms:
        with _timed("base", durations):
            base = pinning.base_for(platform, lock)
            glibc = _glibc(base, platform, pinning, compression or best_gzip())
        dependencies = dependencies_for(lock.python, platform, glibc, pinning.python)
        request = ImageRequest(python=pinning.python, platform=platform, bytecode=bytecode)
        plans.append(plan_image(spec, request, Ingredients(base, dependencies, code.files)))
    return Prepared(tuple(plans), code.left_out, tuple(durations))


@contextmanager
def _timed(step: str, durations: list[Duration]) -> Iterator[None]:
    started = time.monotonic()
    yield
    durations.append(Duration(step, time.monotonic() - started))


def _locked(pinning: Pinning, *, locked: bool) -> Lock:
    """The project's lock, made or completed where it has to be."""
    project, request = pinning.project, pinning.request
    known = read_lock(project)
    if locked and not is_current(project, request, known):
        where = str(project.root / LOCK)
        raise DependencyError(Problem(where, "does not hold all that the image is made of", "run `hookkit lock`"))
    lock = lock_project(project, request, pinning.resolvers, known)
    if _own_part(lock) != known and (project.root / PYPROJECT).is_file():  # not for a hook that was named
        write_lock(project, lock)
    return lock


def _own_part(lock: Lock) -> Lock:
    """What the project's own lock holds of it: uv.lock keeps the rest."""
    return lock if lock.python is None or lock.python.source == LOCK else replace(lock, python=None)


def _glibc(base: Base, platform: Platform, pinning: Pinning, compression: Compression) -> tuple[int, int]:
    """The version of the base's C library, which says what wheels it can carry."""
    if base.place.transport == REGISTRY and not pinning.embedded:
        return USUAL_GLIBC
    image = open_base(base, platform, PackageStore(pinning.cache, compression, pinning.watch))
    _, facts = base_facts(image, pinning.cache, str(base))
    check_base(facts, pinning.python, str(base))
    return facts.glibc or USUAL_GLIBC

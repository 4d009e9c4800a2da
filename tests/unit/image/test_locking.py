import sys
from collections.abc import Callable

import pytest

from hookkit.image.base.apt.package import DebPackage
from hookkit.image.lock import Lock, LockedBase, LockedPackages, read_lock, write_lock
from hookkit.image.locking import LockRequest, Resolvers, is_current, lock_project
from hookkit.project import Project

MakeProject = Callable[..., Project]
MakeWheel = Callable[..., object]

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
ARCHIVE = "debian:bookworm:amd64"
BASE = "python:3.12-slim:linux/amd64"
REQUEST = LockRequest(PYTHON, {ARCHIVE: ("python3",)}, (BASE,))


class World:
    """An archive and a registry that go on: each answer is later than the one before."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def packages(self, archive: str, names: tuple[str, ...]) -> LockedPackages:
        self.asked.append(archive)
        version = str(len(self.asked))
        return LockedPackages(names, tuple(DebPackage(name, version, "amd64", "0" * 64, 1, name) for name in names))

    def base(self, name: str) -> LockedBase:
        self.asked.append(name)
        return LockedBase(f"sha256:{len(self.asked):064x}")

    @property
    def resolvers(self) -> Resolvers:
        return Resolvers(self.packages, self.base)


def kept(project: Project, request: LockRequest, world: World, *, upgrade: bool = False) -> Lock:
    lock = lock_project(project, request, world.resolvers, Lock() if upgrade else read_lock(project))
    write_lock(project, lock)
    return lock


def test_what_is_missing_is_resolved_once(make_project: MakeProject, make_wheel: MakeWheel) -> None:
    make_wheel("greeting")
    project, world = make_project(dependencies=("greeting",)), World()

    lock = kept(project, REQUEST, world)

    assert lock.python
    assert lock.apt.keys() == {ARCHIVE}
    assert lock.base.keys() == {BASE}
    assert kept(project, REQUEST, world) == lock
    assert world.asked == [ARCHIVE, BASE]


def test_what_is_asked_anew_is_resolved_and_the_rest_kept(make_project: MakeProject) -> None:
    project, world = make_project(), World()
    before = kept(project, REQUEST, world)

    after = kept(project, LockRequest(PYTHON, {ARCHIVE: ("python3", "gdal")}, (BASE, "other:linux/amd64")), world)

    assert after.apt[ARCHIVE].asked == ("python3", "gdal")
    assert after.base[BASE] == before.base[BASE]
    assert world.asked == [ARCHIVE, BASE, ARCHIVE, "other:linux/amd64"]


def test_what_another_platform_locked_stays_until_an_upgrade(make_project: MakeProject) -> None:
    project, world = make_project(), World()
    kept(project, LockRequest(PYTHON, {}, ("python:3.12-slim:linux/arm64",)), world)

    both = kept(project, REQUEST, world)
    upgraded = kept(project, REQUEST, world, upgrade=True)

    assert both.base.keys() == {BASE, "python:3.12-slim:linux/arm64"}
    assert upgraded.base.keys() == {BASE}
    assert upgraded.base[BASE] != both.base[BASE]
    assert upgraded.apt[ARCHIVE] != both.apt[ARCHIVE]


def test_an_upgrade_takes_the_latest_versions(make_project: MakeProject, make_wheel: MakeWheel) -> None:
    project, request, world = make_project(dependencies=("greeting",)), LockRequest(PYTHON), World()
    make_wheel("greeting", "1.0")
    before = kept(project, request, world)
    make_wheel("greeting", "2.0")

    assert kept(project, request, world) == before
    upgraded = kept(project, request, world, upgrade=True)
    assert upgraded.python
    assert upgraded.python.requirements[0].requirement == "greeting==2.0"


def test_a_lock_is_current_when_it_holds_all_that_is_asked(make_project: MakeProject, make_wheel: MakeWheel) -> None:
    make_wheel("greeting")
    project = make_project(dependencies=("greeting",))

    assert not is_current(project, REQUEST, read_lock(project))
    kept(project, REQUEST, World())
    assert is_current(project, REQUEST, read_lock(project))
    assert is_current(project, LockRequest(PYTHON), read_lock(project))
    assert not is_current(project, LockRequest("3.99"), read_lock(project))
    assert not is_current(project, LockRequest(PYTHON, {ARCHIVE: ("gdal",)}), read_lock(project))
    assert not is_current(project, LockRequest(PYTHON, bases=("other:linux/amd64",)), read_lock(project))
    assert not is_current(make_project(dependencies=("words",)), LockRequest(PYTHON), Lock())


def test_a_resolver_that_is_left_out_must_not_be_needed(make_project: MakeProject) -> None:
    assert lock_project(make_project(), LockRequest(PYTHON), Resolvers(), Lock()) == Lock()
    with pytest.raises(ValueError, match=r"who resolves python3 of debian:bookworm:amd64"):
        lock_project(make_project(), REQUEST, Resolvers(), Lock())
    with pytest.raises(ValueError, match="nobody was named who looks up a"):
        lock_project(make_project(), LockRequest(PYTHON, bases=("a",)), Resolvers(), Lock())

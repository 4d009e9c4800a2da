"""What a project is built on, and what its lock has to hold for that."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from realparts.fake_bases import AMD64, FakeBase

from hookkit.cache import Cache
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptSettings
from hookkit.image.lock import Lock, LockedBase, LockedPackages
from hookkit.image.pinning import Pinning
from hookkit.image.platform import Platform
from hookkit.project import Project
from hookkit.reference import ImagePlace

MakeProject = Callable[..., Project]

ARM64 = Platform("linux", "arm64")
DIGEST = f"sha256:{'0a' * 32}"
SLIM = ImagePlace.parse("python:3.12-slim")
DEB = DebPackage("libgeos-c1v5", "3.11.1-1", "amd64", "0" * 64, 1, "pool/libgeos.deb")


@pytest.fixture
def pinning(make_project: MakeProject, tmp_path: Path) -> Callable[..., Pinning]:
    """Pin the base of a project with these settings."""

    def pin(tool: str = "", **changes: Any) -> Pinning:
        asked = {"project": make_project(tool=tool), "python": "3.12", "platforms": (AMD64,)}
        return Pinning(**{**asked, "cache": Cache(tmp_path / "cache"), **changes})

    return pin


# ---------------------------------------------------------------- which base


def test_what_is_asked_for_wins_over_the_settings(pinning: Callable[..., Pinning]) -> None:
    tool = 'base-image = "registry.example.org/science/base:7"'

    assert str(pinning(tool).place) == "registry.example.org/science/base:7"
    assert str(pinning(tool, base=ImagePlace.parse("asked:1")).place) == "asked:1"


def test_the_settings_may_name_any_place_relative_to_the_project(
    pinning: Callable[..., Pinning], monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = 'base-image = "tar:base.tar"\nsystem-packages = ["libgeos-c1v5"]'
    root = pinning(tool).project.root
    (root / "src/deep").mkdir(parents=True)

    monkeypatch.chdir(root)
    at_the_top = pinning(tool)
    assert at_the_top.place == ImagePlace("tar", "base.tar")
    archives = at_the_top.request.packages
    monkeypatch.chdir(root / "src/deep")
    below = pinning(tool)
    assert below.place == ImagePlace("tar", "../../base.tar")
    assert below.request.packages == archives  # the lock is one, wherever it's made
    assert pinning('base-image = "oci:/srv/base"').place == ImagePlace("oci", "/srv/base")
    assert pinning(tool, base=ImagePlace("tar", "asked.tar")).place == ImagePlace("tar", "asked.tar")


def test_without_a_word_an_engine_starts_from_dockers_python(pinning: Callable[..., Pinning]) -> None:
    assert pinning(embedded=False).place == SLIM


@pytest.mark.parametrize(("python", "transport"), [("3.12", "apt"), ("3.10", "registry")])
def test_with_apt_at_hand_hookkit_assembles_a_base_where_the_distribution_has_the_hooks_python(
    pinning: Callable[..., Pinning], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, python: str, transport: str
) -> None:
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = pinning()
    archive = next(iter(pinning(base=ImagePlace("apt")).request.packages))
    asked.cache.remember("apt-python", archive, python)  # as an earlier build found it

    assert asked.place.transport == transport


def test_without_apt_at_hand_so_does_hookkit(
    pinning: Callable[..., Pinning], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert pinning().place == SLIM


# ---------------------------------------------------------------- what the lock has to hold


def test_a_base_of_a_registry_is_pinned_for_each_platform(pinning: Callable[..., Pinning]) -> None:
    request = pinning(base=SLIM, platforms=(AMD64, ARM64)).request

    assert request.bases == ("python:3.12-slim:linux/amd64", "python:3.12-slim:linux/arm64")
    assert not request.packages


@pytest.mark.parametrize(("base", "embedded"), [(SLIM, False), (ImagePlace.parse(f"python:3.12-slim@{DIGEST}"), True)])
def test_what_an_engine_pulls_or_is_pinned_by_name_needs_no_lock(
    pinning: Callable[..., Pinning], base: ImagePlace, *, embedded: bool
) -> None:
    assert pinning(base=base, embedded=embedded).request.bases == ()


def test_packages_are_locked_by_release_and_architecture(pinning: Callable[..., Pinning]) -> None:
    tool = 'system-packages = ["b", "a"]\n[tool.hookkit.apt]\nmirror = "http://m.example.org"\nsuite = "one two"'

    assembled = pinning(tool, base=ImagePlace("apt"), platforms=(AMD64, ARM64)).request
    added = pinning(tool, base=ImagePlace("oci", "base")).request

    assert assembled.packages == {"archive:one+two:amd64": ("a", "b"), "archive:one+two:arm64": ("a", "b")}
    assert added.packages == {"archive:one+two:amd64:oci:base": ("a", "b")}


def test_an_assembled_base_is_locked_even_without_packages_of_ones_own(pinning: Callable[..., Pinning]) -> None:
    [(archive, names)] = pinning(base=ImagePlace("apt")).request.packages.items()

    assert archive.endswith(":amd64")
    assert names == ()


# ---------------------------------------------------------------- the base, pinned


def test_the_lock_pins_the_base(pinning: Callable[..., Pinning]) -> None:
    lock = Lock(base={"python:3.12-slim:linux/amd64": LockedBase(DIGEST)})

    base = pinning(base=SLIM).base_for(AMD64, lock)

    assert str(base) == f"python:3.12-slim@{DIGEST}"


def test_the_lock_names_the_packages(pinning: Callable[..., Pinning]) -> None:
    tool = '[tool.hookkit.apt]\nmirror = "http://m.example.org"\nsuite = "one"'
    lock = Lock(apt={"archive:one:amd64": LockedPackages((), (DEB,))})

    base = pinning(tool, base=ImagePlace("apt")).base_for(AMD64, lock)

    assert base.packages == (DEB,)
    assert base.apt == AptSettings("http://m.example.org", "one")


def test_packages_that_are_no_longer_asked_for_are_not_added(pinning: Callable[..., Pinning], tmp_path: Path) -> None:
    place = FakeBase().layout(tmp_path / "base")
    locked = pinning('system-packages = ["a"]', base=place)
    lock = Lock(apt={next(iter(locked.request.packages)): LockedPackages(("a",), (DEB,))})

    assert locked.base_for(AMD64, lock).packages == (DEB,)
    assert pinning(base=place).base_for(AMD64, lock).packages == ()


def test_a_base_that_lies_here_is_known_by_its_contents(pinning: Callable[..., Pinning], tmp_path: Path) -> None:
    digests = [
        pinning(base=base.layout(tmp_path / name)).base_for(AMD64, Lock()).digest
        for name, base in (("one", FakeBase()), ("same", FakeBase()), ("other", FakeBase(modules=("json",))))
    ]

    assert digests[0] == digests[1] != digests[2]

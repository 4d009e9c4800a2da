"""A project becomes plans: its lock made, its base looked at, its code chosen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from realparts.fake_bases import AMD64, FakeBase

from hookkit.cache import Cache
from hookkit.contract import ExitCode
from hookkit.errors import BuildError, DependencyError
from hookkit.image.layer import LayerFile
from hookkit.image.pinning import Pinning
from hookkit.image.platform import Platform
from hookkit.image.prepare import prepare_images
from hookkit.project import Project, bare_project
from hookkit.reference import ImagePlace
from hookkit.spec import HookSpec

MakeProject = Callable[..., Project]
MakeWheel = Callable[..., Path]
MakePinning = Callable[..., Pinning]

ARM64 = Platform("linux", "arm64")


@pytest.fixture
def pinning(tmp_path: Path) -> MakePinning:
    """The base of a project, for these platforms."""

    def pin(project: Project, base: FakeBase | None = None, platforms: tuple[Platform, ...] = (AMD64,)) -> Pinning:
        place = (base or FakeBase()).layout(tmp_path / "base", *platforms)
        return Pinning(project, "3.12", platforms, Cache(tmp_path / "cache"), place)

    return pin


def test_plans_have_dependencies_and_code_and_tell_what_is_left_out(
    make_project: MakeProject, make_wheel: MakeWheel, pinning: MakePinning, spec: HookSpec
) -> None:
    make_wheel("greeting")
    project = make_project({"src/hello/main.py": "", "src/.env": "secret"}, dependencies=("greeting",))

    prepared = prepare_images(spec, pinning(project))

    [plan] = prepared.plans
    assert plan.dependencies.requirements.startswith("greeting==1.0 --hash=sha256:")
    assert plan.dependencies.glibc == (2, 36)
    assert plan.code == (LayerFile("hello/main.py", project.root / "src/hello/main.py"),)
    assert plan.base.digest.startswith("sha256:")
    assert [one.path for one in prepared.left_out] == ["src/.env"]
    assert [one.step for one in prepared.durations] == ["lock", "base"]


def test_each_platform_has_a_plan(make_project: MakeProject, pinning: MakePinning, spec: HookSpec) -> None:
    prepared = prepare_images(spec, pinning(make_project(), platforms=(AMD64, ARM64)))

    assert [plan.platform for plan in prepared.plans] == [AMD64, ARM64]


@pytest.mark.usefixtures("wheels")
def test_the_lock_is_made_kept_and_completed(
    make_project: MakeProject, make_wheel: MakeWheel, pinning: MakePinning, spec: HookSpec
) -> None:
    make_wheel("greeting", "1.0")
    project = make_project(dependencies=("greeting",))
    first = prepare_images(spec, pinning(project))
    lock = project.root / "hookkit.lock"
    written = (lock.read_bytes(), lock.stat().st_ino)
    make_wheel("greeting", "2.0")

    second = prepare_images(spec, pinning(project))

    assert second.plans == first.plans
    assert (lock.read_bytes(), lock.stat().st_ino) == written


def test_a_project_that_needs_no_lock_gets_none(
    make_project: MakeProject, pinning: MakePinning, spec: HookSpec
) -> None:
    project = make_project()

    prepare_images(spec, pinning(project), locked=True)

    assert not (project.root / "hookkit.lock").exists()


def test_a_hook_that_was_named_leaves_no_lock_in_the_folder(
    pinning: MakePinning, spec: HookSpec, tmp_path: Path
) -> None:
    folder = tmp_path / "somewhere"
    folder.mkdir()

    prepare_images(spec, pinning(bare_project(folder)))

    assert list(folder.iterdir()) == []


def test_with_a_lock_that_may_not_change_what_it_lacks_is_refused(
    make_project: MakeProject, make_wheel: MakeWheel, pinning: MakePinning, spec: HookSpec
) -> None:
    make_wheel("greeting")
    project = make_project(dependencies=("greeting",))

    with pytest.raises(DependencyError, match=r"hookkit\.lock: does not hold all .*; run `hookkit lock`$"):
        prepare_images(spec, pinning(project), locked=True)

    assert not (project.root / "hookkit.lock").exists()


@pytest.mark.usefixtures("wheels")
def test_dependencies_that_cannot_be_had_leave_nothing_behind(
    make_project: MakeProject, pinning: MakePinning, spec: HookSpec
) -> None:
    project = make_project(dependencies=("no-such-thing",))

    with pytest.raises(DependencyError, match="no-such-thing"):
        prepare_images(spec, pinning(project))

    assert [path.name for path in project.root.iterdir()] == ["pyproject.toml"]


# ---------------------------------------------------------------- bases that do not fit

MISFITS = {
    "another Python": (FakeBase(python="3.13"), "has Python 3.13, the hook is for 3.12; choose another base image, or"),
    "no Python": (FakeBase(python=""), "has no python3 on its PATH; choose another base image"),
    "musl": (FakeBase(glibc=""), "has no glibc, which wheels for Linux are made for (manylinux); choose a base image"),
}


@pytest.mark.parametrize(("base", "words"), MISFITS.values(), ids=MISFITS)
def test_a_base_that_does_not_fit_is_a_line(
    make_project: MakeProject, pinning: MakePinning, spec: HookSpec, base: FakeBase, words: str
) -> None:
    pinned = pinning(make_project(), base)

    with pytest.raises(BuildError) as caught:
        prepare_images(spec, pinned)

    assert str(caught.value).startswith(f"{pinned.place}")
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.exit_code == ExitCode.HOOK_FAILED


def test_a_base_of_other_platforms_is_a_line(make_project: MakeProject, pinning: MakePinning, spec: HookSpec) -> None:
    pinned = pinning(make_project(), platforms=(ARM64,))
    other = Pinning(pinned.project, "3.12", (AMD64,), pinned.cache, pinned.base)

    with pytest.raises(BuildError, match=r": is not for linux/amd64 but for linux/arm64; choose another image$"):
        prepare_images(spec, other)


def test_what_an_engine_pulls_is_not_looked_at(make_project: MakeProject, spec: HookSpec, tmp_path: Path) -> None:
    base = ImagePlace.parse("127.0.0.1:1/no/such:1")
    pinning = Pinning(make_project(), "3.12", (AMD64,), Cache(tmp_path / "cache"), base, embedded=False)

    [plan] = prepare_images(spec, pinning).plans

    assert plan.base.place == base
    assert plan.dependencies.glibc == (2, 28)


def test_packages_of_another_release_are_not_mixed_in(
    make_project: MakeProject, pinning: MakePinning, spec: HookSpec
) -> None:
    tool = 'system-packages = ["a"]\n[tool.hookkit.apt]\nmirror = "http://127.0.0.1:1"\nsuite = "trixie"'

    with pytest.raises(BuildError, match="is debian bookworm, and the packages are of trixie; choose"):
        prepare_images(spec, pinning(make_project(tool=tool)))
    with pytest.raises(BuildError, match="has no packages of Debian or Ubuntu, which `system-packages` needs; choose"):
        prepare_images(spec, pinning(make_project(tool=tool), FakeBase(codename="")))

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from uv import find_uv_bin

from hookkit.errors import DependencyError
from hookkit.image.lock import UV_LOCK, Lock, LockedDependencies
from hookkit.image.platform import Platform
from hookkit.image.python.dependencies import Dependencies, dependencies_fit, dependencies_for, locked_dependencies
from hookkit.project import Project

MakeProject = Callable[..., Project]
MakeWheel = Callable[..., Path]

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
AMD64 = Platform("linux", "amd64")


def lock(project: Project, known: LockedDependencies | None = None, python: str = PYTHON) -> LockedDependencies | None:
    return locked_dependencies(project, python, Lock(known))


def pinned(project: Project, known: LockedDependencies | None = None) -> list[str]:
    locked = lock(project, known)
    return [one.requirement for one in locked.requirements] if locked else []


def refusal(project: Project) -> str:
    with pytest.raises(DependencyError) as caught:
        lock(project)
    message = str(caught.value)
    assert "\n" not in message
    return message


def only_here(wheels: Path) -> str:
    """Settings for `uv lock`, which asks the project and not the environment where packages are."""
    return f'[tool.uv]\nno-index = true\nfind-links = ["{wheels}"]'


def uv_lock(project: Project) -> None:
    command = [find_uv_bin(), "lock", "--quiet", "--python", sys.executable]
    subprocess.run(command, cwd=project.root, check=True)


# ---------------------------------------------------------------- resolved


@pytest.mark.parametrize("requirements", [(), ("hookkit",), ("hookkit[cli]>=0.1", "Hookkit")])
def test_a_project_that_depends_on_nothing_else_than_hookkit_asks_uv_for_nothing(
    make_project: MakeProject, requirements: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "no url at all")

    assert lock(make_project(dependencies=requirements)) is None


def test_all_that_is_needed_is_pinned_with_hashes(make_project: MakeProject, make_wheel: MakeWheel) -> None:
    make_wheel("greeting", requires=("words>=2 ; sys_platform == 'linux'", "hookkit"))
    make_wheel("words", "1.0")
    make_wheel("words", "2.0")

    locked = lock(make_project(dependencies=("greeting", "hookkit")))

    assert locked
    assert [one.requirement for one in locked.requirements] == [
        "greeting==1.0",
        "words==2.0 ; sys_platform == 'linux'",
    ]
    assert all(len(one.hashes) == 1 for one in locked.requirements)
    assert (locked.dependencies, locked.python) == (("greeting",), PYTHON)


def test_a_lock_holds_for_every_platform(
    make_project: MakeProject, make_wheel: MakeWheel, package_index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", package_index)
    for machine in ("x86_64", "aarch64"):
        make_wheel("native", tag=f"py3-none-manylinux_2_28_{machine}")

    locked = lock(make_project(dependencies=("native",)))

    assert locked
    assert len(locked.requirements[0].hashes) == 2


def test_what_is_locked_and_asked_is_not_resolved_again(make_project: MakeProject, make_wheel: MakeWheel) -> None:
    make_wheel("greeting", "1.0")
    project = make_project(dependencies=("greeting",))
    known = lock(project)
    make_wheel("greeting", "2.0")

    assert lock(project, known) is known
    assert pinned(project) == ["greeting==2.0"]


def test_what_is_asked_anew_leaves_the_versions_that_still_fit(
    make_project: MakeProject, make_wheel: MakeWheel
) -> None:
    make_wheel("greeting", "1.0")
    make_wheel("words")
    known = lock(make_project(dependencies=("greeting",)))
    make_wheel("greeting", "2.0")

    assert pinned(make_project(dependencies=("greeting", "words")), known) == ["greeting==1.0", "words==1.0"]


def test_a_lock_fits_as_long_as_the_same_is_asked_for_the_same_python(
    make_project: MakeProject, make_wheel: MakeWheel
) -> None:
    make_wheel("greeting")
    project = make_project(dependencies=("greeting",))
    known = Lock(lock(project))

    assert dependencies_fit(project, PYTHON, known)
    assert not dependencies_fit(project, "3.99", known)
    assert not dependencies_fit(make_project(dependencies=("greeting>=1",)), PYTHON, known)
    assert not dependencies_fit(project, PYTHON, Lock())
    assert dependencies_fit(make_project(dependencies=("hookkit",)), PYTHON, Lock())


def test_a_wheel_by_its_url_is_pinned_by_its_hash(make_project: MakeProject, make_wheel: MakeWheel) -> None:
    wheel = make_wheel("greeting")

    locked = lock(make_project(dependencies=(f"greeting @ file://{wheel}",)))

    assert locked
    assert locked.requirements[0].hashes


def test_a_password_in_a_url_is_refused_before_anybody_is_asked_for_it(make_project: MakeProject) -> None:
    message = refusal(make_project(dependencies=("x @ https://me:hunter2@127.0.0.1:1/x-1.0-py3-none-any.whl",)))

    assert "x @ https://***@127.0.0.1:1/x-1.0-py3-none-any.whl has a password in its URL" in message
    assert "netrc" in message
    assert "hunter2" not in message


def test_dependencies_of_a_build_backend_are_refused(make_project: MakeProject) -> None:
    text = '[project]\nname = "hello"\nversion = "1"\ndynamic = ["dependencies"]\n[tool.hookkit]\n'
    project = make_project({"pyproject.toml": text})

    assert refusal(project) == (
        f"{project.root / 'pyproject.toml'}: project.dynamic: leaves the dependencies to a build backend; "
        "write them into [project] dependencies, or run `uv lock`: hookkit follows uv.lock"
    )


def test_sources_of_uv_are_refused_without_its_lock(make_project: MakeProject) -> None:
    tool = '[tool.uv.sources]\n"Greeting_Words" = { path = "../words" }\nother = { path = "../other" }'
    project = make_project(dependencies=("greeting.words>=1",), tool=tool)

    assert "pyproject.toml: tool.uv.sources.Greeting_Words: says where the package is, for uv.lock alone; " in refusal(
        project
    )


# ---------------------------------------------------------------- uv.lock


def test_a_uv_lock_decides_the_versions(make_project: MakeProject, make_wheel: MakeWheel, wheels: Path) -> None:
    make_wheel("greeting", "1.0")
    project = make_project(dependencies=("greeting",), tool=only_here(wheels))
    uv_lock(project)
    make_wheel("greeting", "2.0")

    assert pinned(project) == ["greeting==1.0"]


def test_hookkit_and_what_it_alone_needs_are_left_out_of_a_uv_lock(
    make_project: MakeProject, make_wheel: MakeWheel, wheels: Path
) -> None:
    make_wheel("hookkit", requires=("toolbox",))
    make_wheel("toolbox")
    make_wheel("greeting")
    project = make_project(dependencies=("greeting", "hookkit"), tool=only_here(wheels))
    uv_lock(project)

    assert pinned(project) == ["greeting==1.0"]


def test_a_stale_uv_lock_is_named(make_project: MakeProject, make_wheel: MakeWheel, wheels: Path) -> None:
    make_wheel("greeting")
    make_wheel("words")
    uv_lock(make_project(dependencies=("greeting",), tool=only_here(wheels)))
    project = make_project(dependencies=("greeting", "words"), tool=only_here(wheels))

    assert refusal(project) == (
        f"{project.root / 'uv.lock'}: is stale: it does not fit pyproject.toml; run `uv lock`, then build again"
    )


@pytest.mark.usefixtures("wheels")
def test_a_uv_lock_that_is_none_is_named(make_project: MakeProject) -> None:
    project = make_project({"uv.lock": "no lock"}, dependencies=("greeting",))

    assert "uv.lock: can't be read as a lock; run `uv lock`" in refusal(project)


def test_a_uv_lock_is_what_is_followed_even_where_it_pins_a_source(
    make_project: MakeProject, make_wheel: MakeWheel, wheels: Path
) -> None:
    wheel = make_wheel("greeting")
    tool = f'{only_here(wheels)}\n[tool.uv.sources]\ngreeting = {{ path = "{wheel}" }}'
    project = make_project(dependencies=("greeting",), tool=tool)
    uv_lock(project)

    locked = lock(project)

    assert locked
    assert locked.source == UV_LOCK
    assert locked.requirements[0].hashes


def test_a_folder_in_a_uv_lock_is_named(make_project: MakeProject, wheels: Path) -> None:
    tool = f'{only_here(wheels)}\n[tool.uv.sources]\nlibrary = {{ path = "library" }}'
    library = {"library/pyproject.toml": '[project]\nname = "library"\nversion = "1"\n'}
    project = make_project(library, dependencies=("library",), tool=tool)
    uv_lock(project)

    assert f"{project.root / 'uv.lock'}: no hash pins ./library: " in refusal(project)


# ---------------------------------------------------------------- for a target


def test_the_key_tells_every_target_apart() -> None:
    one = dependencies_for(LockedDependencies("3.12", (), ()), AMD64, (2, 36), "3.12")
    others = [
        replace(one, requirements="greeting==1.0\n"),
        replace(one, python="3.13"),
        replace(one, platform=Platform("linux", "arm64")),
        replace(one, glibc=(2, 28)),
    ]

    assert len({one.key, *(other.key for other in others)}) == 5
    assert one.key == Dependencies("", "3.12", AMD64, (2, 36)).key
    assert str(one) == "linux/amd64, Python 3.12, glibc 2.36"

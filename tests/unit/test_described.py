"""What a hook declares is asked once for the same sources, and anew when anything changed that it is made from."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hookkit.cache import Cache
from hookkit.described import describe_once, description_key
from hookkit.project import Project, find_project
from hookkit.spec import HookSpec

HOOK = '''\
from pathlib import Path
from typing import Annotated

from hookkit import Input, hook

Path(__file__).with_name("asked").open("a").write("asked ")


@hook(version="1.0.0")
def clouds(input: Annotated[Path, Input("Folder")]) -> None:
    """Find clouds."""
'''


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    (folder / "src" / "clouds").mkdir(parents=True)
    (folder / "src" / "clouds" / "__init__.py").write_text(HOOK)
    (folder / "pyproject.toml").write_text('[project]\nname = "clouds"\n[tool.hookkit]\nhook = "clouds:clouds"\n')
    return find_project(folder)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def asked(project: Project) -> int:
    return (project.root / "src" / "clouds" / "asked").read_text().count("asked")


def test_the_module_is_imported_once_for_the_same_sources(project: Project, cache: Cache) -> None:
    first = describe_once(project, None, cache)
    second = describe_once(project, None, cache)

    assert first == second
    assert first.name == "clouds"
    assert asked(project) == 1


def test_a_change_of_the_code_is_seen(project: Project, cache: Cache) -> None:
    describe_once(project, None, cache)
    module = project.root / "src" / "clouds" / "__init__.py"
    module.write_text(module.read_text().replace("Find clouds.", "Find more clouds."))

    assert describe_once(project, None, cache).description == "Find more clouds."


def test_what_is_damaged_in_the_cache_is_asked_anew(project: Project, cache: Cache) -> None:
    spec = describe_once(project, None, cache)
    cache.remember("described", description_key(project, None), {"spec_version": 0})

    assert describe_once(project, None, cache) == spec
    assert isinstance(describe_once(project, None, cache), HookSpec)


def _touch_site_packages(project: Project) -> None:
    packages = project.root / ".venv" / "lib" / "python3.11" / "site-packages"
    os.utime(packages, (time.time(), time.time() + 5))


def _write_layout(project: Project) -> None:
    (project.root / "src" / "image").mkdir()
    for name in ("oci-layout", "index.json"):
        (project.root / "src" / "image" / name).write_text("{}")


CHANGES: dict[str, Callable[[Project], object]] = {
    "a new module": lambda project: (project.root / "src" / "clouds" / "more.py").write_text(""),
    "a table beside the code": lambda project: (project.root / "src" / "clouds" / "bands.json").write_text("[]"),
    "a package that is installed": _touch_site_packages,
}
LIKE_BEFORE: dict[str, Callable[[Project], object]] = {
    "a note": lambda project: (project.root / "NOTES.md").write_text("note"),
    "bytecode": lambda project: (project.root / "src" / "clouds" / "__pycache__").mkdir(),
    "an image that was built": _write_layout,
    "a product": lambda project: (project.root / "src" / "clouds" / "clouds.tif").write_text("tif"),
}


@pytest.fixture
def with_environment(project: Project) -> Project:
    (project.root / ".venv" / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    (project.root / ".venv" / "bin").mkdir()
    (project.root / ".venv" / "pyvenv.cfg").write_text("")
    python = project.root / ".venv" / "bin" / "python"
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    return project


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_a_description_depends_on_changes_its_key(
    with_environment: Project, change: Callable[[Project], object]
) -> None:
    before = description_key(with_environment, None)
    change(with_environment)

    assert description_key(with_environment, None) != before


@pytest.mark.parametrize("change", LIKE_BEFORE.values(), ids=LIKE_BEFORE)
def test_what_it_does_not_depend_on_leaves_its_key(
    with_environment: Project, change: Callable[[Project], object]
) -> None:
    before = description_key(with_environment, None)
    change(with_environment)

    assert description_key(with_environment, None) == before


def test_another_hook_of_the_project_has_a_key_of_its_own(project: Project) -> None:
    assert description_key(project, "clouds:other") != description_key(project, None)
    (project.root / "src" / "clouds" / "gone.py").symlink_to("nowhere.py")
    assert description_key(project, None)

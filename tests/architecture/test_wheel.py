"""The wheel holds the library and all templates, and nothing of the workshop."""

import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def files_below(folder: Path) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in paths}


def test_the_wheel_holds_every_file_of_the_templates(names: set[str], repository: Path) -> None:
    expected = files_below(repository / "templates")

    assert expected
    assert {name.removeprefix("hookkit/templates/") for name in names if "/templates/" in name} >= expected


def test_the_wheel_holds_every_module_and_the_mark_of_types(names: set[str], repository: Path) -> None:
    own = {f"hookkit/{name}" for name in files_below(repository / "hookkit") if name.endswith((".py", "py.typed"))}

    assert own <= names


def test_the_wheel_holds_nothing_but_hookkit(names: set[str]) -> None:
    folders = {name.partition("/")[0] for name in names}

    assert {folder.partition("-")[0] for folder in folders} == {"hookkit"}


def test_the_wheel_holds_no_litter(names: set[str]) -> None:
    litter = ("__pycache__", ".pyc", "_cache/")

    assert [name for name in names if any(mark in name for mark in litter)] == []

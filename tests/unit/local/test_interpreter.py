"""The folders of a real interpreter are those that it reads its modules from, and never the project's own."""

import json
import os
import sys
import venv
from pathlib import Path

import pytest
from realparts.desk import SHOUT, write_project

from hookkit.cache import Cache
from hookkit.errors import ProjectError
from hookkit.local.interpreter import PythonFolders, python_folders
from hookkit.project import find_project


def make_environment(root: Path) -> Path:
    """The folder of packages of an environment of a project."""
    venv.create(root / ".venv", with_pip=False, symlinks=True)
    (packages,) = (root / ".venv").glob("lib/python*/site-packages")
    return packages


def ask(root: Path) -> PythonFolders:
    return python_folders(find_project(root), Cache.of_user())


def reaches(found: PythonFolders, place: Path) -> bool:
    return any(Path(os.path.realpath(place)).is_relative_to(os.path.realpath(one)) for one in found.folders)


def be_installed(packages: Path, folder: Path, **said: object) -> None:
    """Leave what installers leave of a project that is installed from its folder (PEP 610)."""
    information = packages / f"{folder.name}-1.dist-info"
    information.mkdir()
    (information / "direct_url.json").write_text(json.dumps({"url": folder.as_uri(), **said}))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", SHOUT)


def test_an_environment_and_the_python_that_it_was_made_of_are_read(root: Path) -> None:
    packages = make_environment(root)

    found = ask(root)

    assert reaches(found, packages)
    assert reaches(found, Path(os.__file__))
    assert Path(sys.executable).resolve() in found.folders


def test_the_project_is_not_read_though_it_lies_on_the_path(root: Path) -> None:
    packages = make_environment(root)
    (packages / "project.pth").write_text(f"{root}\n{root.parent}\n")
    be_installed(packages, root, dir_info={"editable": True})

    assert not reaches(ask(root), root / "my_hook.py")


@pytest.mark.parametrize("by", ["a line of .pth", "a finder of its own"])
def test_a_package_that_is_edited_elsewhere_is_read(root: Path, tmp_path: Path, by: str) -> None:
    library = tmp_path / "my library"
    (library / "src").mkdir(parents=True)
    packages = make_environment(root)
    if by == "a line of .pth":
        (packages / "library.pth").write_text(f"{library}/src\n")
    else:
        be_installed(packages, library, dir_info={"editable": True})

    found = ask(root)

    assert reaches(found, library / "src" / "library.py")
    assert not reaches(found, library / ".env")


def test_a_package_that_was_copied_from_a_folder_is_not_read_there(root: Path, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    be_installed(make_environment(root), tmp_path / "library", dir_info={})

    assert not reaches(ask(root), tmp_path / "library")


def test_what_installers_left_half_done_is_passed_over(root: Path, tmp_path: Path) -> None:
    packages = make_environment(root)
    be_installed(packages, tmp_path / "library")
    (packages / "library-1.dist-info" / "direct_url.json").write_text("{")

    assert reaches(ask(root), packages)


def test_of_a_prefix_that_is_the_home_only_python_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(root / ".venv"))
    packages = make_environment(root)

    found = ask(root)

    assert reaches(found, packages)
    assert reaches(found, root / ".venv" / "pyvenv.cfg")
    assert not reaches(found, root / ".venv" / ".ssh")


def test_a_program_in_front_of_python_is_read_and_not_the_folders_above(root: Path, tmp_path: Path) -> None:
    program = tmp_path / "home" / "bin" / "my-python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    (root / "pyproject.toml").write_text(f'[project]\nname = "p"\n[tool.hookkit]\npython = "{program}"\n')

    found = ask(root)

    assert reaches(found, program)
    assert reaches(found, Path(os.__file__))
    assert not reaches(found, tmp_path / "home" / "secret")


def test_packages_of_the_user_are_known_as_soon_as_there_are_some(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (root / "pyproject.toml").write_text(
        f'[project]\nname = "p"\n[tool.hookkit]\npython = "{Path(sys.executable).resolve()}"\n'
    )
    packages = tmp_path / "home" / ".local" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"

    before = ask(root)
    packages.mkdir(parents=True)
    (packages / "library.pth").write_text(f"{tmp_path}\n")
    (tmp_path / "library").mkdir()
    (packages / "edited.pth").write_text(f"{tmp_path}/library\n")

    assert reaches(before, packages)
    assert Path(before.user_base) == tmp_path / "home" / ".local"
    assert reaches(ask(root), tmp_path / "library")


def test_a_python_that_does_not_answer_is_an_error_with_its_remedy(root: Path) -> None:
    program = root / "python"
    program.write_text("#!/bin/sh\necho no\n")
    program.chmod(0o755)
    (root / "pyproject.toml").write_text('[project]\nname = "p"\n[tool.hookkit]\npython = "python"\n')

    with pytest.raises(ProjectError, match=r"does not run: .*; mend"):
        ask(root)

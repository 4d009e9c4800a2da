import sys
from collections.abc import Callable
from pathlib import Path

from hookkit.image.python.interpreter import Interpreter, find_interpreter
from hookkit.project import Project

MakeProject = Callable[..., Project]

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"


def write_program(path: Path, answer: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return path


def test_a_python_says_what_it_is() -> None:
    assert Interpreter.at(Path(sys.executable)) == Interpreter(
        Path(sys.executable), MINOR, sys.version, str(sys.implementation.cache_tag)
    )


def test_the_hooks_own_python_compiles_for_its_version(make_project: MakeProject) -> None:
    project = make_project(tool=f'python = "{sys.executable}"')

    found = find_interpreter(project, MINOR)

    assert found
    assert found.executable == Path(sys.executable)


def test_without_a_python_of_the_version_there_is_none(make_project: MakeProject) -> None:
    assert find_interpreter(make_project(), "3.99") is None


def test_another_python_on_the_path_is_found(make_project: MakeProject, tmp_path: Path) -> None:
    own = write_program(tmp_path / "own", '["cpython", [3, 99, 0, "final", 0], "3.99.0", "cpython-399"]')
    project = make_project(tool=f'python = "{own}"')

    found = find_interpreter(project, MINOR)

    assert found is None or found.executable != own
    assert find_interpreter(project, "3.99") == Interpreter(own, "3.99", "3.99.0", "cpython-399")


def test_what_is_no_python_or_none_whose_bytecode_others_read_is_passed_over(tmp_path: Path) -> None:
    unfit = {
        "words": "hello",
        "a list": "[1, 2]",
        "pypy": '["pypy", [3, 11, 0, "final", 0], "3.11.0", "pypy311"]',
        "alpha": '["cpython", [3, 99, 0, "alpha", 2], "3.99.0a2", "cpython-399"]',
    }

    assert [name for name, answer in unfit.items() if Interpreter.at(write_program(tmp_path / name, answer))] == []
    assert Interpreter.at(tmp_path / "missing") is None
    assert Interpreter.at(Path("/bin/false")) is None

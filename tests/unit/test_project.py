"""A project is found upwards, and says which Python runs its hook."""

import sys
from pathlib import Path

import pytest

from hookkit.errors import ProjectError
from hookkit.project import bare_project, find_project, find_python, hook_environment, project_above, python_minor


def write_pyproject(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_pyproject(tmp_path / "project", '[tool.hookkit]\nhook = "m"\n')


def refused(start: Path) -> str:
    with pytest.raises(ProjectError) as caught:
        find_project(start)
    (line,) = str(caught.value).splitlines()
    return line


# ---------------------------------------------------------------- finding


def test_a_project_is_found_from_any_folder_below(root: Path) -> None:
    below = root / "src" / "package"
    below.mkdir(parents=True)

    assert find_project(below).root == root
    assert find_project(root).root == root


def test_the_nearest_project_is_found(root: Path) -> None:
    inner = write_pyproject(root / "inner", "[tool.hookkit]\n")

    assert find_project(inner).root == inner


def test_a_pyproject_without_settings_is_passed_over(root: Path) -> None:
    inner = write_pyproject(root / "inner", "[project]\nname = 'x'\n[tool.ruff]\n")

    assert find_project(inner).root == root


def test_a_folder_called_pyproject_toml_is_none(root: Path) -> None:
    (root / "inner" / "pyproject.toml").mkdir(parents=True)

    assert find_project(root / "inner").root == root


def test_no_project_here_says_what_to_do(tmp_path: Path) -> None:
    line = refused(tmp_path)

    assert line.startswith(f"{tmp_path}: no project here: no pyproject.toml with [tool.hookkit]")
    assert "`hookkit new`" in line
    assert project_above(tmp_path) is None


BROKEN = {
    "no TOML": (b"[tool.hookkit", "is not TOML"),
    "no UTF-8": (b"[tool.hookkit]\nhook = '\xff'", "is not TOML"),
    "a project that is no table": (b"project = 1\n[tool.hookkit]\n", "project: is not a table"),
    "dependencies that are no list": (
        b"[project]\ndependencies = 'numpy'\n[tool.hookkit]\n",
        "project.dependencies: is not a list",
    ),
    "settings that are no table": (b"[tool]\nhookkit = 1\n", "tool.hookkit: is not a table"),
}


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_pyproject_is_named_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)

    line = refused(tmp_path)

    assert line.startswith(f"{tmp_path}/pyproject.toml: ")
    assert words in line


def test_a_pyproject_that_cannot_be_read_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").symlink_to("/proc/self/mem")  # not even root can read its first byte

    assert refused(tmp_path).startswith(f"{tmp_path}/pyproject.toml: can't be read: ")


def test_name_version_and_dependencies_are_those_of_the_project(tmp_path: Path) -> None:
    text = "[project]\nname = 'hook-x'\nversion = '2.1'\ndependencies = ['numpy>=2']\n[tool.hookkit]\n"

    project = find_project(write_pyproject(tmp_path, text))

    assert (project.name, project.version, project.dependencies) == ("hook-x", "2.1", ("numpy>=2",))


def test_what_the_project_does_not_say_has_defaults(root: Path) -> None:
    project = find_project(root)

    assert (project.name, project.version, project.dependencies) == ("project", "0.1.0", ())
    assert project.dist == root / "dist"


def test_the_code_lies_in_src_where_there_is_one(root: Path) -> None:
    assert find_project(root).code_root == root

    (root / "src").mkdir()

    assert find_project(root).code_root == root / "src"


def test_a_bare_project_knows_what_its_pyproject_says(tmp_path: Path) -> None:
    assert bare_project(tmp_path).name == tmp_path.name

    write_pyproject(tmp_path, "[project]\nname = 'x'\ndependencies = ['numpy']\n")

    assert bare_project(tmp_path).name == "x"
    assert bare_project(tmp_path).dependencies == ("numpy",)


# ---------------------------------------------------------------- which Python


def make_program(file: Path) -> Path:
    file.parent.mkdir(parents=True)
    file.symlink_to(sys.executable)
    return file


def test_the_python_of_the_settings_comes_first(root: Path) -> None:
    make_program(root / ".venv/bin/python")
    named = make_program(root / "env/bin/python")
    write_pyproject(root, "[tool.hookkit]\npython = 'env/bin/python'\n")

    python = find_python(find_project(root))

    assert (python.executable, python.reason) == (named, "[tool.hookkit] python")


def test_the_python_of_the_settings_may_name_variables_and_the_home(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = make_program(root / "env/bin/python")
    monkeypatch.setenv("ENVIRONMENTS", str(root / "env"))
    monkeypatch.setenv("HOME", str(root))

    for text in ("$ENVIRONMENTS/bin/python", "~/env/bin/python"):
        write_pyproject(root, f"[tool.hookkit]\npython = '{text}'\n")
        assert find_python(find_project(root)).executable == named


def test_the_venv_of_the_project_comes_next(root: Path) -> None:
    program = make_program(root / ".venv/bin/python")

    python = find_python(find_project(root))

    assert (python.executable, python.reason) == (program, "the project's .venv")


def test_the_interpreter_of_hookkit_comes_last(root: Path) -> None:
    python = find_python(find_project(root))

    assert (python.executable, python.reason) == (Path(sys.executable), "the interpreter of hookkit")


def test_a_program_that_cannot_be_run_is_no_python(root: Path) -> None:
    (root / "python").touch()
    write_pyproject(root, "[tool.hookkit]\npython = 'python'\n")

    with pytest.raises(ProjectError, match=r"tool\.hookkit\.python: '.*/python' is no program"):
        find_python(find_project(root))


def test_the_minor_version_is_that_of_the_hooks_python(root: Path) -> None:
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert python_minor(find_project(root)) == ours

    other = root / "other"
    other.write_text("#!/bin/sh\necho 3.99\n")
    other.chmod(0o755)
    write_pyproject(root, "[tool.hookkit]\npython = 'other'\n")

    assert python_minor(find_project(root)) == "3.99"


def test_the_hooks_environment_has_runtime_and_code_on_its_path_and_nothing_of_hookkits_own(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("OWN", "kept")

    environment = hook_environment(find_project(root))

    runtime, code = environment["PYTHONPATH"].split(":")
    assert runtime.startswith(str(tmp_path / "cache"))
    assert code == str(root)
    assert "PYTHONHOME" not in environment
    assert environment["OWN"] == "kept"
    assert environment["HOOKKIT_TERMINATION_LOG"] == ""

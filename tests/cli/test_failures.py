"""What bad input gets: one clear line on stderr, the right exit code, nothing half-written, no traceback of ours."""

import sys
from pathlib import Path

import pytest
from realparts.desk import SHOUT, hookkit, job, write_project

OTHER = """
@hook
def other(output: Annotated[Path, Output("A folder")]) -> None:
    (output / "y").touch()
"""
TWO = job("(output / 'x').touch()") + OTHER
FOLDERS = ("--input", "in", "--output", "out")


def lines_of(folder: Path, *arguments: str, code: int) -> list[str]:
    """The lines on stderr of a command that fails with a code and leaves nothing behind."""
    before = sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    done = hookkit(folder, *arguments)

    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts) == before
    return done.stderr.splitlines()


@pytest.mark.parametrize("command", ["run", "spec", "test"])
def test_no_project_here(tmp_path: Path, command: str) -> None:
    (line,) = lines_of(tmp_path, command, code=2)

    assert line.startswith(f"{tmp_path}: no project here: ")
    assert "hookkit new" in line


def test_a_hook_that_is_named_needs_no_project(tmp_path: Path) -> None:
    write_project(tmp_path, SHOUT)
    (tmp_path / "pyproject.toml").unlink()

    done = hookkit(tmp_path, "run", "my_hook:shout", *FOLDERS)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/product/result.data").read_text() == "HELLO, EARTH\n"


def test_a_hook_that_is_named_needs_no_settings_in_pyproject(project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "other"\n')

    assert hookkit(project, "spec", "my_hook").returncode == 0


def test_wrong_settings_above_are_not_passed_over_when_a_hook_is_named(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.hookkit]\nhok = 1\n")

    (line,) = lines_of(project / "in", "spec", "my_hook", code=2)

    assert line == f"{project}/pyproject.toml: tool.hookkit.hok: no such key; did you mean 'hook'?"


def test_broken_toml(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.hookkit\n")

    (line,) = lines_of(project, "run", *FOLDERS, code=2)

    assert line.startswith(f"{project}/pyproject.toml: is not TOML: ")


def test_a_project_that_names_no_hook(tmp_path: Path) -> None:
    (line,) = lines_of(write_project(tmp_path, SHOUT, ""), "run", code=2)

    assert line.endswith('tool.hookkit.hook: is missing; write hook = "package.module:function"')


def test_two_hooks_and_none_named(tmp_path: Path) -> None:
    (line,) = lines_of(write_project(tmp_path, TWO), "run", "--output", "out", code=2)

    assert line == "my_hook: has 2 hooks and none is named; name one: my_hook:job or my_hook:other"


def test_one_of_two_hooks_is_named(tmp_path: Path) -> None:
    assert hookkit(write_project(tmp_path, TWO), "run", "my_hook:other", "--output", "out").returncode == 0
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["y"]


def test_a_module_without_a_hook(tmp_path: Path) -> None:
    (line,) = lines_of(write_project(tmp_path, "x = 1\n"), "run", code=2)

    assert line == "my_hook: has no hook; decorate a function with @hook"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere", "no module named 'nowhere'"),
        ("my_hook:shuot", "did you mean 'shout'?"),
        ("my_hook.py", "no module named"),
        ("./my_hook.py", "write package.module:function"),
    ],
)
def test_a_hook_that_is_not_there(project: Path, target: str, words: str) -> None:
    (line,) = lines_of(project, "run", target, *FOLDERS, code=2)

    assert words in line


IMPORTS = {
    "a library that is missing": ("import nope\n", "ModuleNotFoundError: No module named 'nope'"),
    "a bug at import": ("def helper():\n    return 1 / 0\nhelper()\n", "ZeroDivisionError: division by zero"),
    "an exit at import": ("import sys\nsys.exit('not today')\n", "SystemExit: not today"),
    "a bug of a decorator": ("from hookkit import hook\nhook(version=1 / 0)\n", "ZeroDivisionError: division by zero"),
}


@pytest.mark.parametrize("command", ["run", "spec"])
@pytest.mark.parametrize(("source", "last"), IMPORTS.values(), ids=IMPORTS)
def test_a_module_that_does_not_import_shows_the_authors_traceback_last_line_first(
    tmp_path: Path, source: str, last: str, command: str
) -> None:
    first, *traceback = lines_of(write_project(tmp_path, source + SHOUT), command, code=1)

    assert first == f"my_hook: does not import: {last}; mend the module"
    assert traceback[0] == "Traceback (most recent call last):"
    frames = [line for line in traceback if line.lstrip().startswith("File ")]
    assert frames
    assert all(f'"{tmp_path}/my_hook.py"' in frame for frame in frames)


def test_a_package_that_the_hooks_python_lacks_is_named_with_that_python_and_how_to_install_it(tmp_path: Path) -> None:
    *_, last = lines_of(write_project(tmp_path, "import nope.deeper\n" + SHOUT), "spec", code=1)

    assert last.endswith(
        f"has no nope; `{sys.executable} -m pip install nope` or the package that has it, and name it in dependencies"
    )


def test_a_module_of_the_project_that_lacks_a_part_is_no_package_to_install(tmp_path: Path) -> None:
    lines = lines_of(write_project(tmp_path, "import my_hook.part\n" + SHOUT), "spec", code=1)

    assert not any("pip install" in line for line in lines)


def test_a_syntax_error_shows_where_it_is(tmp_path: Path) -> None:
    first, *rest = lines_of(write_project(tmp_path, "def broken(:\n"), "run", code=1)

    assert first.startswith("my_hook: does not import: SyntaxError: ")
    assert f'  File "{tmp_path}/my_hook.py", line 1' in rest
    assert not any("importlib" in line or "hookkit/" in line for line in rest)


def test_a_module_that_ends_the_process_at_import_is_no_silent_failure(tmp_path: Path) -> None:
    lines = lines_of(write_project(tmp_path, "import os\nos._exit(3)\n"), "run", code=1)

    assert "the process ended itself with status 3" in lines[-1]


def test_every_mistake_of_a_signature_is_a_line(tmp_path: Path) -> None:
    source = "from hookkit import hook\n@hook\ndef bad(a, b: dict[int, int] = {}): ...\n"

    lines = lines_of(write_project(tmp_path, source), "run", code=1)

    assert [line.partition(" ")[0] for line in lines] == ["my_hook:bad(a):", "my_hook:bad(b):"]


@pytest.mark.parametrize("engine", ["process", "inline"])
def test_a_missing_input_folder(project: Path, engine: str) -> None:
    flags = ("--engine", engine, "--input", "nowhere", "--output", "out")

    assert lines_of(project, "run", *flags, code=2) == [
        "--input: 'nowhere' does not exist; give a folder or file that exists"
    ]


def test_an_output_that_is_a_file(project: Path) -> None:
    (project / "out").touch()

    (line,) = lines_of(project, "run", *FOLDERS, code=2)

    assert line.startswith("--output: 'out' is no folder")


@pytest.mark.parametrize("engine", ["process", "inline"])
def test_an_output_that_cannot_be_made_is_told_by_the_hooks_exit_code(project: Path, engine: str) -> None:
    (project / "file").touch()

    done = hookkit(project, "run", "--engine", engine, "--log", "text", "--input", "in", "--output", "file/out")

    assert done.returncode == 2
    assert "can't be written: Not a directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_output_that_was_not_written_is_named(tmp_path: Path) -> None:
    project = write_project(tmp_path, job("pass"))

    done = hookkit(project, "run", "--output", "out", "--log", "text")

    assert done.returncode == 1
    assert "--output (output 'output'): the hook wrote nothing into it" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_bug_of_a_hook_shows_its_own_frames_alone(tmp_path: Path) -> None:
    project = write_project(tmp_path, job("1 / 0"))

    done = hookkit(project, "run", "--output", "out", "--log", "text")

    frames = [line for line in done.stderr.splitlines() if line.lstrip().startswith("File ")]
    assert done.returncode == 1
    assert len(frames) == 1
    assert f'"{tmp_path}/my_hook.py"' in frames[0]

"""The command itself: its names, its start, and what it says where the author's tools are not installed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from realparts.desk import hookkit

HEAVY = ("rich", "docker", "copier", "pydantic", "yaml", "jinja2")


def test_a_mistyped_command_is_named_with_the_one_that_is_meant(tmp_path: Path) -> None:
    done = hookkit(tmp_path, "rnu")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "rnu: no such command; did you mean 'run'? (see hookkit --help)\n"


def test_an_unknown_command_is_told_which_there_are(tmp_path: Path) -> None:
    done = hookkit(tmp_path, "xyz")

    assert done.returncode == 2
    assert "there are new, run, test, build, manifest, spec" in done.stderr


def test_an_unknown_option_of_hookkit_itself_is_a_line(tmp_path: Path) -> None:
    done = hookkit(tmp_path, "--versoin")

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "--version" in done.stderr


def test_without_a_command_the_help_is_shown_as_it_is(tmp_path: Path) -> None:
    done = hookkit(tmp_path)

    assert done.returncode == 2
    assert done.stderr == hookkit(tmp_path, "--help").stdout


def test_the_help_names_every_command_in_a_line(tmp_path: Path) -> None:
    from hookkit.cli import COMMANDS

    shown = hookkit(tmp_path, "--help").stdout

    assert re.findall(r"^  (\w+)  ", shown, flags=re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("command", ["new", "run", "test", "build", "manifest", "spec", "demo"])
def test_every_command_has_a_help_without_a_project(tmp_path: Path, command: str) -> None:
    done = hookkit(tmp_path, command, "--help")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: hookkit {command} ")
    assert done.stderr == ""


def test_the_version_is_shown(tmp_path: Path) -> None:
    from hookkit import __version__

    assert hookkit(tmp_path, "--version").stdout == f"hookkit {__version__}\n"


def test_spec_prints_the_hooks_declaration_as_json(project: Path) -> None:
    spec = json.loads(hookkit(project, "spec").stdout)

    assert spec["entry_point"] == "my_hook:shout"
    assert [option["name"] for option in spec["options"]] == ["product_name", "case", "times", "loud"]


# ---------------------------------------------------------------- start-up


@pytest.mark.parametrize(
    "program",
    ["import hookkit.cli", "from hookkit.cli import run_command_line as run; run(['--help'])"],
    ids=["import", "--help"],
)
def test_starting_loads_none_of_the_heavy_libraries(program: str) -> None:
    ask = f"{program}; import sys; sys.stderr.write(' '.join(sys.modules))"

    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert set(HEAVY) & set(done.stderr.split()) == set()


# ---------------------------------------------------------------- without the extra `cli`


def bare_python(*arguments: str, libraries: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `hookkit` in an interpreter without site-packages, but for a folder of libraries."""
    path = [str(Path(__file__).parents[2]), str(libraries)]
    program = f"import sys; sys.path[:0] = {path}; from hookkit.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-S", "-I", "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [(), ("--help",), ("run",)], ids=["nothing", "--help", "run"])
def test_without_the_authors_tools_one_line_says_what_to_install(arguments: tuple[str, ...]) -> None:
    done = bare_python(*arguments)

    assert (done.returncode, done.stdout) == (125, "")
    (line,) = done.stderr.splitlines()
    assert "pip install" in line
    assert "hookkit[cli] @ " in line


def test_with_a_part_of_the_authors_tools_a_line_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "click").symlink_to(Path(click.__file__).parent)

    done = bare_python("new", "--list", libraries=tmp_path)

    assert (done.returncode, done.stdout) == (125, "")
    assert done.stderr == "hookkit: its library yaml is missing; install hookkit[cli]\n"

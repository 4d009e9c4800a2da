"""The hook runs in its project's Python; the author's libraries and hookkit's never meet."""

import json
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
from realparts.desk import SHOUT, hookkit, job, write_project

WHICH = job(
    """
    import importlib.util, json, sys
    names = ("click", "rich", "pydantic", "docker", "authors_library", "hookkit", "hookkit.cli")
    found = {name: importlib.util.find_spec(name) is not None for name in names}
    (output / "facts").write_text(json.dumps({"prefix": sys.prefix, "found": found}))
    """
)


def make_environment(folder: Path) -> Path:
    """A real environment without hookkit, with a library of the author's."""
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "authors_library.py").write_text("ANSWER = 42\n")
    return folder


def facts_of(project: Path) -> dict[str, Any]:
    done = hookkit(project, "run", "--output", "out")
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads((project / "out/facts").read_text())
    return facts


def test_the_projects_venv_runs_the_hook_and_hookkits_libraries_stay_away(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", "import authors_library\n" + WHICH)
    make_environment(project / ".venv")

    facts = facts_of(project)

    assert facts["prefix"] == str(project / ".venv")
    assert facts["found"] == {
        "click": False,
        "rich": False,
        "pydantic": False,
        "docker": False,
        "authors_library": True,
        "hookkit": True,
        "hookkit.cli": False,
    }


def test_the_python_of_the_settings_wins_over_the_venv(tmp_path: Path) -> None:
    settings = 'hook = "my_hook"\npython = "environments/chosen/bin/python"'
    project = write_project(tmp_path / "p", WHICH, settings)
    make_environment(project / ".venv")
    make_environment(project / "environments/chosen")

    assert facts_of(project)["prefix"] == str(project / "environments/chosen")


def test_without_either_the_interpreter_of_hookkit_runs_the_hook(tmp_path: Path) -> None:
    assert facts_of(write_project(tmp_path / "p", WHICH))["prefix"] == sys.prefix


def test_spec_and_run_ask_the_same_python(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", "import authors_library\n" + SHOUT)

    assert hookkit(project, "spec").returncode == 1
    make_environment(project / ".venv")
    assert json.loads(hookkit(project, "spec").stdout)["entry_point"] == "my_hook:shout"


def refused(project: Path) -> str:
    done = hookkit(project, "run", "--output", "out")
    assert done.returncode == 2
    assert done.stdout == ""
    assert not (project / "out").exists()
    (line,) = done.stderr.splitlines()
    return line


def test_a_python_that_does_not_exist_is_named_with_its_key(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", WHICH, 'hook = "my_hook"\npython = "nowhere/bin/python"')

    line = refused(project)

    assert "tool.hookkit.python" in line
    assert "nowhere/bin/python" in line


PROGRAMS = {
    "fails and says nothing": "#!/bin/sh\nexit 1\n",
    "does nothing": "#!/bin/sh\n",
    "says something else": "#!/bin/sh\necho '{}'\n",
    "fails with words": "#!/bin/sh\necho 'no such machine' >&2\nexit 3\n",
    "has no interpreter": "#!/nowhere/sh\n",
    "is no program": "\x7fELF-but-not-really",
    "is killed": "#!/bin/sh\nkill -9 $$\n",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_python_that_does_not_run_is_named(tmp_path: Path, program: str) -> None:
    project = write_project(tmp_path / "p", WHICH, 'hook = "my_hook"\npython = "broken"')
    (project / "broken").write_text(program)
    (project / "broken").chmod(0o755)

    line = refused(project)

    assert line.startswith(f"{project / 'broken'} ([tool.hookkit] python): does not run a hook: ")


def test_a_venv_whose_python_has_gone_is_an_error_and_no_reason_to_take_another(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", WHICH)
    (project / ".venv/bin").mkdir(parents=True)
    (project / ".venv/bin/python").symlink_to("/nowhere/python3")

    line = refused(project)

    assert ".venv/bin/python (the project's .venv): does not run a hook" in line
    assert "make that environment anew" in line


def test_spawned_processes_of_a_hook_can_import_hookkit_and_the_authors_code(tmp_path: Path) -> None:
    before = """
    import multiprocessing

    def twice(number):
        import hookkit
        return f"{number * 2} {hookkit.__version__}"
    """
    body = """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (output / "x").write_text("\\n".join(pool.map(twice, [1, 2])))
    """
    project = write_project(tmp_path / "p", job(body, before))
    make_environment(project / ".venv")

    done = hookkit(project, "run", "--output", "out")

    assert done.returncode == 0, done.stderr
    assert [line[0] for line in (project / "out/x").read_text().splitlines()] == ["2", "4"]


def test_files_of_the_folder_that_hookkit_is_called_in_stand_for_no_module(project: Path) -> None:
    here = project / "elsewhere"
    here.mkdir()
    for module in ("json", "logging", "hookkit"):
        (here / f"{module}.py").write_text("raise SystemExit('the wrong module')")

    done = hookkit(here, "run", "--input", "../in", "--output", "out")

    assert done.returncode == 0, done.stderr
    assert (here / "out/product/result.data").read_text() == "HELLO, EARTH\n"


def test_a_cache_that_cannot_be_written_is_a_line_with_the_way_out(project: Path) -> None:
    (project / "file").touch()

    done = hookkit(project, "spec", XDG_CACHE_HOME=str(project / "file"))

    assert done.returncode == 125
    (line,) = done.stderr.splitlines()
    assert str(project / "file") in line
    assert "set XDG_CACHE_HOME" in line


def test_a_relative_cache_is_understood_from_here(project: Path) -> None:
    here = project / "elsewhere"
    here.mkdir()

    done = hookkit(here, "run", "--input", "../in", "--output", "out", XDG_CACHE_HOME="cache")

    assert done.returncode == 0, done.stderr


def test_the_projects_tests_run_in_its_python(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", SHOUT)
    (project / "test_it.py").write_text("import sys, my_hook, hookkit\ndef test_it(): print('PREFIX', sys.prefix)\n")

    done = hookkit(project, "test", "-s", "-p", "no:cacheprovider", "test_it.py")

    assert done.returncode == 0, done.stdout
    assert f"PREFIX {sys.prefix}" in done.stdout


def test_failing_tests_of_the_project_give_their_exit_code(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", SHOUT)
    (project / "test_it.py").write_text("def test_it(): assert 0\n")

    done = hookkit(project, "test", "-p", "no:cacheprovider")

    assert done.returncode == 1
    assert "has no pytest" not in done.stderr


def test_a_python_without_pytest_is_said_in_one_line(tmp_path: Path) -> None:
    project = write_project(tmp_path / "p", SHOUT)
    make_environment(project / ".venv")

    done = hookkit(project, "test")

    assert done.returncode == 125
    python = project / ".venv" / "bin" / "python"
    said = f"{python} (the project's .venv): has no pytest; `{python} -m pip install pytest`"
    assert done.stderr.splitlines()[-1] == said

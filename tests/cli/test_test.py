"""`hookkit test` is pytest in the hook's Python, with the runtime and the plugin on its path, and ends as it does."""

import os
from pathlib import Path

import pytest
from realparts.authors import hookkit_test, project_with_tests
from realparts.desk import HOOKKIT, SHOUT, hookkit

LOOK = """
def test_it():
    import hookkit, hookkit.testing, hookkit.report
    places = os.environ["PYTHONPATH"].split(os.pathsep)
    assert len(places) == 2 and places[1] == os.getcwd()
    assert Path(hookkit.__file__).parent.parent == Path(places[0]) == Path(hookkit.testing.__file__).parents[2]
    assert not (Path(places[0]) / "hookkit" / "cli").exists()
    assert "HOOKKIT_OPTION_CASE" not in os.environ and os.environ["MINE"] == "mine"
"""


def test_the_tests_have_the_runtime_and_the_plugin_on_their_path_and_the_authors_variables(tmp_path: Path) -> None:
    project = project_with_tests(tmp_path / "p", SHOUT, LOOK)

    verdict = hookkit_test(project, MINE="mine", HOOKKIT_OPTION_CASE="lower")

    assert verdict.counts == {"passed": 1}, verdict.text


@pytest.mark.parametrize(
    ("tests", "arguments", "code"),
    [
        ("def test_it(): ...", (), pytest.ExitCode.OK),
        ("def test_it(): assert 0", (), pytest.ExitCode.TESTS_FAILED),
        ("def test_it(): raise KeyboardInterrupt", (), pytest.ExitCode.INTERRUPTED),
        ("def test_it(): ...", ("--no-such-flag",), pytest.ExitCode.USAGE_ERROR),
        ("def test_it(): ...", ("-k", "nothing"), pytest.ExitCode.NO_TESTS_COLLECTED),
    ],
)
def test_it_ends_as_pytest_does(tmp_path: Path, tests: str, arguments: tuple[str, ...], code: int) -> None:
    assert hookkit_test(project_with_tests(tmp_path / "p", SHOUT, tests), *arguments).exit_code == code


def test_tests_that_are_killed_give_the_shells_exit_code(tmp_path: Path) -> None:
    tests = "def test_it(): os.kill(os.getpid(), 9)"

    assert hookkit_test(project_with_tests(tmp_path / "p", SHOUT, tests)).exit_code == 137


@pytest.mark.parametrize("path", ["first::second/third", "/nowhere"])
def test_the_desk_that_runs_the_hook_has_the_path_that_hookkit_was_called_with(tmp_path: Path, path: str) -> None:
    tests = """
    import json
    def test_it():
        command = json.loads(os.environ["HOOKKIT_DESK"])
        print("\\nDESK", *command, sep="|")
    """
    project = project_with_tests(tmp_path / "p", SHOUT, tests)

    verdict = hookkit_test(project, "-s", PYTHONPATH=path)

    places = os.pathsep.join(str((project / place).absolute()) for place in path.split(os.pathsep) if place)
    assert "|".join(["DESK", "env", f"PYTHONPATH={places}", *HOOKKIT]) in verdict.text.splitlines()


def test_it_runs_from_a_folder_of_the_project_as_well(tmp_path: Path) -> None:
    project = project_with_tests(tmp_path / "p", SHOUT, "def test_it(run_hook): run_hook(input='in').assert_done()")

    done = hookkit(project / "in", "test", "-q", "-p", "no:cacheprovider")

    assert done.returncode == 0, done.stdout

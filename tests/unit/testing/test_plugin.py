"""An author's tests run their hook in one line, by the engines that a flag names, and say what went wrong."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from realparts.authors import HEADER, Verdict, hookkit_test, project_with_tests, temporary_folder, verdict_of
from realparts.desk import HOOKKIT, SHOUT, hookkit, job

from hookkit.cli.run import command as run_command
from hookkit.testing.plugin import ENGINES

pytestmark = pytest.mark.slow  # it starts many processes

#: Two inputs and outputs, a secret, and a look at the process that it runs in.
LOOK = '''
import json, os, sys
from enum import Enum
from pathlib import Path
from typing import Annotated, NamedTuple

from hookkit import HookError, Input, Option, Output, Secret, hook


class Mode(Enum):
    SOFT = "soft"
    HARD = "hard"


class Found(NamedTuple):
    names: int


@hook
def look(
    first: Annotated[Path, Input("One")],
    result: Annotated[Path, Output("Result")],
    extra: Annotated[Path, Output("Extra", optional=True)],
    second: Annotated[Path | None, Input("Another")] = None,
    token: Secret | None = None,
    timeout: float = 0.0,
    names: Annotated[list[str], Option("Names")] = [],
    mode: Mode = Mode.SOFT,
) -> Found:
    """Look around."""
    print("looking")
    seen = {
        "first": first.name, "second": second and second.name, "token": token and token.reveal(), "timeout": timeout,
        "names": names, "mode": mode.name, "command": Path("/proc/self/cmdline").read_text(), "path": sys.path,
        "variables": dict(os.environ),
    }
    (result / "seen.json").write_text(json.dumps(seen))
    (extra / "x").write_text("x")
    if mode is Mode.HARD:
        raise HookError("too hard", code=111)
    return Found(len(names))


@hook
def other(output: Annotated[Path, Output("Folder")]) -> None:
    (output / "other").touch()
'''

GOOD = """
import json

def seen(report):
    return json.loads((report.output("result") / "seen.json").read_text())

def test_the_projects_own_hook_runs(run_hook: RunHook, tmp_path: Path) -> None:
    report: HookReport = run_hook(first=tmp_path)
    assert report.ok and report.exit_code == 0 and report.status == "done"
    assert report.engine.split()[0] == "process"
    assert report.results == {"names": 0}
    assert [file.path for file in report.outputs["result"]] == ["results.json", "seen.json"]
    assert any("looking" in line for line in report.log)

def test_values_go_by_name(run_hook, tmp_path):
    (tmp_path / "b").touch()
    report = run_hook(None, {"timeout": 2.5}, first=tmp_path, second=tmp_path / "b", names=["a,b", ""], token="hush")
    found = seen(report)
    assert (found["second"], found["names"], found["token"], found["timeout"]) == ("b", ["a,b", ""], "hush", 2.5)
    assert "hush" not in found["command"]

def test_each_run_has_outputs_of_its_own_outside_of_tmp_path(run_hook, tmp_path):
    first, second = run_hook(first=tmp_path), run_hook(first=tmp_path)
    assert first.output("extra") != second.output("extra")
    assert (first.output("extra") / "x").read_text() == (second.output("extra") / "x").read_text() == "x"
    assert not list(tmp_path.iterdir())

def test_an_output_lies_where_the_test_says(run_hook, tmp_path):
    report = run_hook(first=tmp_path, result=tmp_path / "mine", extra=str(tmp_path / "too"))
    assert report.output("result") == tmp_path / "mine"
    assert (tmp_path / "mine" / "seen.json").exists() and (tmp_path / "too" / "x").exists()

def test_another_hook_is_named(run_hook):
    assert (run_hook("my_hook:other").output() / "other").exists()

def test_a_config_file_is_the_hooks_own(run_hook, tmp_path):
    (tmp_path / "options.toml").write_text('mode = "HARD"\\ntimeout = 7')
    report = run_hook(None, {"timeout": 1}, first=tmp_path, config_file=tmp_path / "options.toml")
    assert (report.exit_code, report.message) == (111, "too hard")
    assert not report.ok

def test_a_wrong_call_ends_as_the_container_would(run_hook, tmp_path):
    report = run_hook(first=tmp_path / "nowhere", mode="medium")
    assert (report.exit_code, report.status) == (2, "wrong input")
    assert "--first" in report.message and "'medium'" in report.message

def test_the_working_directory_does_not_matter(run_hook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    assert seen(run_hook(first="here"))["first"] == "here"

@pytest.mark.parametrize("hook_engine", ["inline"])
def test_the_desk_has_a_path_of_its_own(run_hook, tmp_path):
    found = seen(run_hook(first=tmp_path, token="hush"))  # inline: in the very process of the desk
    assert os.environ["PYTHONPATH"] and "HOOKKIT_DESK" in os.environ
    assert not {"PYTHONPATH", "HOOKKIT_DESK"} & found["variables"].keys()
    assert not any("folders/testing" in place for place in found["path"])
    assert "hush" not in found["command"]

class TestInAClass:
    @pytest.mark.parametrize(("mode", "code"), [("soft", 0), ("hard", 111)])
    def test_it(self, run_hook, tmp_path, mode, code):
        assert run_hook(first=tmp_path, mode=mode).exit_code == code
"""

BAD = """
IN = Path(__file__).parent.parent / "in"

def test_golden(run_hook):
    run_hook(input=IN, times=2).assert_golden("golden/twice")

def test_done(run_hook, tmp_path):
    run_hook(input=tmp_path).assert_done()

def test_code(run_hook, tmp_path):
    code = run_hook(input=tmp_path).exit_code
    assert code == 0

def test_names(run_hook):
    run_hook(inptu=IN, tims=2)

def test_target(run_hook):
    run_hook("nowhere:x")
"""


def count_hook_processes(project: Path) -> int:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return sum(str(project) in line for line in listed.splitlines())


def test_a_hook_runs_in_one_line(tmp_path: Path) -> None:
    verdict = hookkit_test(project_with_tests(tmp_path / "p", LOOK, GOOD, "my_hook:look"), "-W", "error")

    assert (verdict.exit_code, verdict.counts) == (0, {"passed": 11}), verdict.text


def test_all_that_is_wrong_is_said_at_the_line_of_the_test(tmp_path: Path) -> None:
    verdict = hookkit_test(project_with_tests(tmp_path / "p", SHOUT, BAD))

    assert (verdict.exit_code, verdict.counts) == (1, {"failed": 4, "error": 1})
    said = verdict.text
    assert "the outputs differ from tests/golden/twice, which is not there yet: 1 new" in said
    assert "new: product/result.data" in said
    assert "E       AssertionError: shout: failed (exit code 1), engine process" in said
    assert said.count("Hook run 1") == 1  # the others say it themselves
    assert "Hook run 1" in said.partition("test_code[process]")[2]
    assert "run_hook(inptu=...): the hook has no such input, output, option or secret; did you mean 'input'?" in said
    assert "run_hook(tims=...): the hook has no such input, output, option or secret; did you mean 'times'?" in said
    assert "ERROR at call of test_target[process] _" in said
    assert "nowhere:x: no module named 'nowhere'" in said
    assert "hookkit/testing/" not in said, "a frame of ours was shown"


def test_golden_outputs_are_written_and_named_and_then_hold(tmp_path: Path) -> None:
    project = project_with_tests(tmp_path / "p", SHOUT, BAD)

    written = hookkit_test(project, "-k", "golden", "--update-golden")
    held = hookkit_test(project, "-k", "golden", CI="true")

    assert (written.exit_code, held.exit_code) == (0, 0)
    golden = project / "tests/golden/twice/product/result.data"
    assert golden.read_text() == "HELLO, EARTH\n" * 2
    assert "golden outputs rewritten" in written.text
    assert "tests/golden/twice: 1 new" in written.text
    assert "golden outputs rewritten" not in held.text


def test_workers_of_xdist_do_the_same(tmp_path: Path) -> None:
    project = project_with_tests(tmp_path / "p", SHOUT, BAD)

    verdict = hookkit_test(
        project, "-W", "error", "-n2", "--update-golden", "--import-mode=importlib", "--hook-engine=inline"
    )

    assert verdict.counts == {"failed": 3, "passed": 1, "error": 1}
    assert "test_golden[inline]" not in verdict.text
    assert "test_done[inline]" in verdict.text
    assert "tests/golden/twice: 1 new" in verdict.text
    assert "ERROR at call of test_target[inline] _" in verdict.text


def test_each_test_runs_once_an_engine(tmp_path: Path) -> None:
    tests = """
    @pytest.mark.parametrize("case", ["upper", "lower"])
    def test_it(run_hook, case):
        print("RAN BY", run_hook(input=Path("in"), case=case).engine)

    def test_plain(): ...
    """
    project = project_with_tests(tmp_path / "p", SHOUT, tests)

    verdict = hookkit_test(project, "-v", "-s", "--hook-engine", "process, inline,process")

    assert verdict.counts == {"passed": 5}
    for name in ("upper-process", "lower-process", "upper-inline", "lower-inline"):
        assert f"test_it[{name}]" in verdict.text
    assert verdict.text.count("RAN BY process") == verdict.text.count("RAN BY inline") == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("proces", "'proces' is no engine; did you mean 'process'?"),
        ("process,docker", "'docker' is no engine; there are process, container, inline"),
        ("", "'' is no engine; there are process, container, inline"),
    ],
)
def test_an_engine_that_is_none_is_an_error_of_usage(tmp_path: Path, given: str, said: str) -> None:
    verdict = hookkit_test(project_with_tests(tmp_path / "p", SHOUT, BAD), f"--hook-engine={given}")

    assert verdict.exit_code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: --hook-engine: {said}" in verdict.text.splitlines()


def test_a_container_without_an_image_is_an_error_of_one_line_and_no_skip(tmp_path: Path) -> None:
    verdict = hookkit_test(project_with_tests(tmp_path / "p", SHOUT, BAD), "--hook-engine=container", "-k", "golden")

    assert (verdict.exit_code, verdict.counts) == (1, {"error": 1, "deselected": 4})
    [line] = [line for line in verdict.text.splitlines() if line.startswith("the hook did not run, engine container")]
    assert "run `hookkit build`" in line


def test_the_image_that_a_flag_names_is_the_one_that_would_run(tmp_path: Path) -> None:
    project = project_with_tests(tmp_path / "p", SHOUT, BAD)
    flags = ("--hook-engine=container", "--hook-image=not/an image", "-k", "golden")

    assert "not/an image" in hookkit_test(project, *flags).text


def test_a_hook_that_takes_too_long_gets_the_platforms_signal(tmp_path: Path) -> None:
    hook = job(
        """
    try:
        time.sleep(600)
    except HookStopped:
        print("tidying up")
        raise
    """,
        "import time",
    )
    tests = """
    def test_it(run_hook):
        report = run_hook(timeout=3)
        assert (report.exit_code, report.status) == (143, "stopped")
        assert any("tidying up" in line for line in report.log)
    """

    verdict = hookkit_test(project_with_tests(tmp_path / "p", hook, tests))

    assert verdict.counts == {"passed": 1}, verdict.text


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_when_the_tests_are_stopped_the_hook_is_stopped_too(tmp_path: Path, stop: signal.Signals) -> None:
    hook = job("print('PROCESS', flush=True)\ntime.sleep(600)", "import os, time")
    project = project_with_tests(tmp_path / "p", hook, "def test_it(run_hook): run_hook()")
    command = ["env", "--default-signal=INT,TERM,HUP", *HOOKKIT, "test", "-s"]
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as tests:
        assert tests.stdout
        said = next(line for line in tests.stdout if "PROCESS" in line)
        tests.send_signal(stop)
        rest = tests.stdout.read()

    assert said
    assert "KeyboardInterrupt" in rest
    assert tests.returncode == pytest.ExitCode.INTERRUPTED
    assert count_hook_processes(project) == 0


def test_a_hook_of_a_folder_without_a_project_is_named(tmp_path: Path) -> None:
    (tmp_path / "loose.py").write_text(SHOUT)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "example.data").write_text("x")
    (tmp_path / "test_it.py").write_text(
        HEADER + "def test_it(run_hook): run_hook('loose', input='in').assert_done()\n"
    )

    assert plain_pytest(tmp_path).counts == {"passed": 1}


def plain_pytest(folder: Path, *arguments: str, **variables: str) -> Verdict:
    """Run pytest itself, as people do where hookkit is installed beside it."""
    command = [HOOKKIT[0], "-m", "pytest", "-p", "hookkit.testing.plugin", "-p", "no:cacheprovider", *arguments]
    return verdict_of(
        subprocess.run(
            command,
            cwd=folder,
            env=os.environ | temporary_folder(folder) | variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    )


def test_a_project_is_found_from_the_test_wherever_pytest_is_started(tmp_path: Path) -> None:
    project = project_with_tests(tmp_path / "several" / "mine", SHOUT, BAD)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    verdict = plain_pytest(tmp_path, "-W", "error", "--update-golden", "-k", "golden")

    assert verdict.counts == {"passed": 1, "deselected": 4}, verdict.text
    assert (project / "tests/golden/twice/product/result.data").exists()


def test_the_engines_are_those_of_hookkit_run() -> None:
    [engine] = [option for option in run_command.params if option.name == "engine"]

    assert list(ENGINES) == list(getattr(engine.type, "choices", ()))


def test_the_flags_stand_in_the_help_of_pytest(tmp_path: Path) -> None:
    done = hookkit(project_with_tests(tmp_path / "p", SHOUT, BAD), "test", "--", "--help")

    assert done.returncode == 0
    for flag in ("--hook-engine=ENGINE[,ENGINE]", "--hook-image=REFERENCE", "--update-golden"):
        assert flag in done.stdout

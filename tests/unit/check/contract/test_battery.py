"""A hook that holds the contract passes; one that breaks it in one way fails that trial, and no other."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import pytest
from realparts.desk import SHOUT, is_running, write_project

from hookkit.check.contract.battery import run_battery
from hookkit.check.contract.bench import open_bench
from hookkit.check.contract.place import Place, ProcessPlace
from hookkit.check.contract.sample import find_sample
from hookkit.check.contract.trial import TRIALS, TrialResult
from hookkit.local.log import KeptLog, LogSink
from hookkit.local.run import Ended, LocalRun, Told, Verdict, make_report
from hookkit.project import describe, find_project, hook_command, hook_environment
from hookkit.report import RunReport

pytestmark = pytest.mark.slow  # it starts many processes

HOOK = '''
import getpass, json, os, subprocess, time, uuid
from pathlib import Path
from typing import Annotated
from hookkit import HookError, Input, Option, Output, Secret, hook
{before}

@hook(version={version})
def job(
    input: Annotated[Path, Input("A folder")],
    output: Annotated[Path, Output("A folder")],
    times: Annotated[int, Option("How often", ge=1)] = 1,
    password: Annotated[Secret | None, "A secret"] = None,
) -> None:
    """Do a job."""
    text = (input / "example.data").read_text()
    (output / "half.data").write_text(text)
{body}
    (output / "half.data").rename(output / "result.data")
'''
#: It takes long enough to be stopped in the middle.
SLOW = "time.sleep(0.5)"


def hook(body: str = "", before: str = "", version: str = "'1.0.0'") -> str:
    """A module whose hook does a job, and in the middle of it this."""
    return HOOK.format(before=dedent(before), body=indent(dedent(body).strip() or "pass", "    "), version=version)


@dataclass(frozen=True)
class UnconfinedRunner:
    """A runner of a machine that can enforce no rule at all."""

    def command(self, run: LocalRun) -> list[str]:
        return [*hook_command(run.project, str(run.spec.entry_point)), *run.arguments()]

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        environment = hook_environment(run.project) | {"HOOKKIT_LOG_FORMAT": run.log_format}
        done = subprocess.run(self.command(run), env=environment, capture_output=True, check=False)
        return make_report(run, "process", Ended(done.returncode, 0.0), Told(), KeptLog(log), Verdict())


def results_of(folder: Path, source: str, *arguments: str, place: Place | None = None) -> dict[str, TrialResult]:
    """What comes of all trials of a hook; its input lies in `in`."""
    project = find_project(write_project(folder / "project", source))
    spec = describe(project)
    given = [f"--input={project.root / 'in'}", *arguments]
    with open_bench(project, spec, find_sample(project, spec, given), place or ProcessPlace()) as bench:
        results = {one.trial.name: one for one in run_battery(bench)}
    assert not bench.folder.exists()
    return results


def states(results: dict[str, TrialResult], *of: str) -> dict[str, str]:
    """The trials of some states, by name."""
    return {name: one.state for name, one in results.items() if one.state in of}


def test_a_good_hook_passes_every_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKKIT_OPTION_PASSWORD", "correct horse")

    results = results_of(tmp_path, hook(SLOW))

    assert list(results) == [trial.name for trial in TRIALS]
    assert not states(results, "failed", "warning"), results
    assert set(states(results, "skipped")) <= {"random-user"}
    assert "exit code 143" in results["stop"].what


def test_a_hook_that_is_done_before_it_can_be_stopped_passes_with_a_remark(tmp_path: Path) -> None:
    results = results_of(tmp_path, SHOUT)

    assert not states(results, "failed", "warning"), results
    assert results["stop"].what == "it ended before it could be stopped" or "143" in results["stop"].what
    assert results["secrets"].what == "the hook has no secret"


def test_what_a_module_prints_while_it_is_imported_is_no_part_of_its_description(tmp_path: Path) -> None:
    noise = "print('hello'); os.system('echo from a child'); os.write(1, b'raw\\n')"

    results = results_of(tmp_path, hook(before=noise))

    assert results["describe"].state == "passed"
    assert not states(results, "failed")


SWALLOWS = """
for _ in range(10 + 40 * ("stop" in output.parts)):
    try:
        time.sleep(0.05)
    except BaseException:
        continue
"""
#: Each hook with the trial that it fails, and a piece of what is said of it.
BAD = {
    "goes on after SIGTERM": (hook(SWALLOWS), "stop", "went on for"),
    "makes a failure of its own of SIGTERM": (
        hook(f"try:\n    {SLOW}\nexcept BaseException as error:\n    raise RuntimeError('what?') from error"),
        "stop",
        "exit code 1: RuntimeError: what?, instead of exit code 143",
    ),
    "leaves half a product": (
        hook(f"(output.parents[1] / 'half').write_text('')\n{SLOW}\n(output.parents[1] / 'half').unlink()"),
        "stop",
        "half-done products are left: half",
    ),
    "needs HOME": (hook(before="HOME = os.environ['HOME']"), "no-home", "KeyError: 'HOME'"),
    "reads its home": (hook(before="Path.home().stat()"), "no-home", "/nonexistent"),
    "leaves a child": (
        hook("subprocess.Popen(['sleep', '300'], start_new_session=True)"),
        "children",
        "sleep",
    ),
    "appends to an earlier product": (
        hook(
            """
            earlier = output.parents[1] / "log.data"
            with (earlier if earlier.exists() else output / "log.data").open("a") as log:
                log.write("a run\\n")
            """
        ),
        "output-present",
        "changed where it was, not replaced: log.data",
    ),
    "removes what others left": (
        hook("for file in output.parents[1].glob('earlier*/*'):\n    file.unlink()"),
        "output-present",
        "lost: earlier-product/result.data",
    ),
    "declares something else each time": (hook(version="uuid.uuid4().hex"), "describe", "version"),
    "fails": (hook("raise HookError('no clouds today', code=101)"), "good-input", "exit code 101: no clouds today"),
    "writes into its input": (hook("(input / 'index').touch()"), "good-input", "index"),
    "prints its secret": (
        hook(
            """
            line = {"@timestamp": "", "log.level": "info", "message": password.reveal()}
            subprocess.run(["echo", json.dumps(line)], check=True)
            """
        ),
        "secrets",
        "the log shows password",
    ),
}


@pytest.mark.parametrize(("source", "name", "words"), BAD.values(), ids=BAD)
def test_a_bad_hook_fails_one_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, name: str, words: str
) -> None:
    monkeypatch.setenv("HOOKKIT_OPTION_PASSWORD", "correct horse")

    results = results_of(tmp_path, source)

    assert states(results, "failed", "warning") == {name: "failed"}, results
    assert words in results[name].what
    assert results[name].remedy


ODD = {
    "bytes by chance": (hook("(output / 'id').write_text(uuid.uuid4().hex)"), "same-bytes", "id"),
    "plain lines": (hook("subprocess.run(['echo', 'a plain line'], check=True)"), "log-lines", "a plain line"),
}


@pytest.mark.parametrize(("source", "name", "words"), ODD.values(), ids=ODD)
def test_an_odd_hook_is_warned_of(tmp_path: Path, source: str, name: str, words: str) -> None:
    results = results_of(tmp_path, source)

    assert states(results, "failed", "warning") == {name: "warning"}, results
    assert words in results[name].what


def test_products_named_by_chance_are_not_the_same_products(tmp_path: Path) -> None:
    results = results_of(tmp_path, hook("(output / uuid.uuid4().hex).touch()"))

    assert states(results, "failed", "warning") == {"output-present": "failed", "same-bytes": "warning"}


def test_a_hook_that_outlives_its_grace_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKKIT_GRACE_SECONDS", "0.2")

    results = results_of(tmp_path, hook(SWALLOWS))

    assert states(results, "failed") == {"stop": "failed"}
    assert "grace of 0.2 s" in results["stop"].what


def test_where_nothing_forbids_it_a_changed_input_is_noticed(tmp_path: Path) -> None:
    source = hook("(input / 'example.data').open('a').write('!')\n(input / 'index').touch()")

    results = results_of(tmp_path, source, place=ProcessPlace(UnconfinedRunner()))

    assert results["good-input"].state == "passed"
    assert results["input-read-only"].what == "the input was changed: in/example.data, in/index"
    assert (tmp_path / "project" / "in" / "example.data").read_text() == "Hello, Earth\n"


def test_after_a_failure_nothing_that_needs_the_work_is_tried(tmp_path: Path) -> None:
    results = results_of(tmp_path, hook("raise HookError('no')"))

    needy = {trial.name for trial in TRIALS if trial.needs == "work"}
    assert set(states(results, "skipped")) == needy
    assert all("good-input" in results[name].what for name in needy)


def test_a_hook_takes_no_longer_than_it_says(tmp_path: Path) -> None:
    source = hook("time.sleep(300)").replace("version='1.0.0'", "version='1.0.0', timeout_seconds=1")

    results = results_of(tmp_path, source)

    assert states(results, "failed") == {"good-input": "failed"}


def test_the_children_of_a_failed_trial_are_ended(tmp_path: Path) -> None:
    source = hook("child = subprocess.Popen(['sleep', '300'], start_new_session=True)\nprint('child', child.pid)")

    results = results_of(tmp_path, source)

    [left] = results["children"].what.removeprefix("it left sleep (").split(")")[:1]
    assert not is_running(int(left))


REFUSES = hook("pass").replace('Output("A folder")', 'Output("A folder", existing="refuse")')


def test_a_hook_that_replaces_nothing_has_to_refuse(tmp_path: Path) -> None:
    results = results_of(tmp_path, REFUSES)

    assert not states(results, "failed")
    assert results["output-present"].what == "exit code 2: it replaces no earlier output, as declared"


def test_a_hook_without_input_and_output_is_tried_as_far_as_it_goes(tmp_path: Path) -> None:
    source = """
    from typing import NamedTuple
    from hookkit import hook

    class Answer(NamedTuple):
        answer: int

    @hook
    def ask() -> Answer:
        '''Answer.'''
        return Answer(42)
    """
    project = find_project(write_project(tmp_path, dedent(source)))
    spec = describe(project)

    with open_bench(project, spec, find_sample(project, spec, []), ProcessPlace()) as bench:
        results = {one.trial.name: one for one in run_battery(bench)}

    assert not states(results, "failed")
    assert {"no-input", "wrong-input", "wrong-values", "output-missing", "stop"} <= set(states(results, "skipped"))


@pytest.mark.parametrize("name", ["'same'", "uuid.uuid4().hex"], ids=["steady", "by chance"])
def test_a_stop_after_the_products_are_in_place_finds_them_whole(tmp_path: Path, name: str) -> None:
    before = """
    from hookkit.runtime import products

    def publish_and_wait(staging, flag, publish=products.Staging.publish):
        publish(staging, flag)
        time.sleep(0.5)

    products.Staging.publish = publish_and_wait
    """

    results = results_of(tmp_path, hook(f"(output / {name}).write_text('x')", before=before))

    assert results["stop"].what == "it ended before it could be stopped"
    assert results["stop"].state == "passed"

"""Runners give a report of a call; whoever watches the log can't leave a hook running behind."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from realparts.desk import is_running, job, write_project

from hookkit.local import LocalRun, Runner
from hookkit.local.inline import InlineRunner
from hookkit.local.process import ProcessRunner
from hookkit.project import describe, find_project
from hookkit.runtime.call import read_call

RUNNERS: dict[str, Callable[[], Runner]] = {"process": ProcessRunner, "inline": InlineRunner}


@pytest.fixture(autouse=True)
def _forgotten_module() -> Iterator[None]:
    """Inline imports the hook here: each test has a hook of its own under the same name."""
    yield
    sys.modules.pop("my_hook", None)


@pytest.fixture(params=list(RUNNERS))
def runner(request: pytest.FixtureRequest) -> Runner:
    return RUNNERS[str(request.param)]()


def plan(root: Path, *flags: str) -> LocalRun:
    project = find_project(root)
    spec = describe(project)
    return LocalRun(project, spec, read_call(spec, ["--output", str(root / "out"), *flags], {}))


def test_a_run_gives_its_report_and_passes_its_log_on(tmp_path: Path, runner: Runner) -> None:
    run = plan(write_project(tmp_path / "p", job("print('a')\nprint('b')\n(output / 'x').touch()")))
    lines: list[str] = []

    report = runner.run(run, lines.append)

    assert (report.hook, report.exit_code, report.status) == ("job", 0, "done")
    assert report.duration_seconds > 0
    assert report.peak_memory_bytes
    assert [file.path for file in report.outputs["output"]] == ["x"]
    assert list(report.log) == lines == ["a", "b"]


def test_a_run_in_a_thread_needs_no_signals(tmp_path: Path, runner: Runner) -> None:
    run = plan(write_project(tmp_path / "p", job("(output / 'x').touch()")))
    codes: list[int] = []

    thread = threading.Thread(target=lambda: codes.append(runner.run(run, lambda _: None).exit_code))
    thread.start()
    thread.join(60)

    assert codes == [0]


def test_a_log_that_cannot_be_shown_stops_the_hook(tmp_path: Path) -> None:
    body = """
    import os, time
    place.write_text(str(os.getpid()))
    print("ready")
    time.sleep(300)
    """
    run = plan(write_project(tmp_path / "p", job(body)), "--place", str(tmp_path / "p/out/pid"))

    def refuse(line: str) -> None:
        raise BrokenPipeError(line)

    with pytest.raises(BrokenPipeError, match="ready"):
        ProcessRunner().run(run, refuse)
    assert not is_running(int((tmp_path / "p/out/pid").read_text()))


def test_inline_leaves_the_interpreter_as_it_was(tmp_path: Path) -> None:
    run = plan(write_project(tmp_path / "p", job("import sys; print('x'); sys.exit(1)")))
    root = logging.getLogger()

    def state() -> tuple[object, ...]:
        return (list(sys.path), sys.stdout, root.level, list(root.handlers), Path.cwd())

    before = state()

    assert InlineRunner().run(run, lambda _: None).exit_code == 1
    assert state() == before


def test_inline_shows_a_prompt_that_has_no_newline(tmp_path: Path) -> None:
    run = plan(write_project(tmp_path / "p", job("print('(Pdb) ', end='', flush=True)\n(output / 'x').touch()")))

    assert InlineRunner().run(run, lambda _: None).log == ("(Pdb) ",)

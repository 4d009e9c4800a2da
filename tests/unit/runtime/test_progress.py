"""Progress becomes Argo's file, a bar on a terminal, and log records elsewhere; a hook has a folder to work in."""

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from realparts.hookprocess import Ended, HookProcess

from hookkit.contract import PROGRESS_VARIABLE
from hookkit.runtime.progress import ProgressReporter, write_progress_file

HOOK = """
@hook
def run(output: Annotated[Path, Output(optional=True)], context: HookContext) -> None:
"""


def run(job: HookProcess, body: str, **variables: str) -> Ended:
    """A hook with this body and a context."""
    job.write(HOOK + "".join(f"    {line}\n" for line in body.strip().splitlines()))
    return job.run("--output=out", **variables)


# ---------------------------------------------------------------- Argo's file


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float, float], str]:
    """What the file says of a progress."""
    file = tmp_path / "progress"
    monkeypatch.setenv(PROGRESS_VARIABLE, str(file))

    def tell(done: float, total: float) -> str:
        write_progress_file(done, total)
        return file.read_text()

    return tell


@pytest.mark.parametrize(
    ("done", "total", "text"),
    [
        (0, 5, "0/5"),
        (5, 5, "5/5"),
        (2.0, 4.0, "2/4"),
        (0.25, 1, "250/1000"),
        (1, 2.5, "400/1000"),
        (0.9999, 1, "999/1000"),
        (0, 1e-300, "0/1000"),
        (10**12, 10**13, f"{10**12}/{10**13}"),
        (2**62, 2**63, "500/1000"),
        (1e308, 1e308, "1000/1000"),
        (2**1000, 2**1001, "500/1000"),
    ],
)
def test_the_file_says_whole_numbers_of_64_bits(
    told: Callable[[float, float], str], done: float, total: float, text: str
) -> None:
    assert told(done, total) == text


positive = st.integers(1, 2**1023) | st.floats(0, sys.float_info.max, exclude_min=True)


@given(st.lists(positive, min_size=2, max_size=2).map(sorted))
def test_any_progress_is_one_that_argo_reads(numbers: list[float]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv(PROGRESS_VARIABLE, f"{folder}/progress")
        write_progress_file(*numbers)
        done, total = map(int, Path(folder, "progress").read_text().split("/"))

    assert 0 <= done <= total < 2**63
    assert total > 0


def test_a_file_that_can_not_be_written_harms_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(PROGRESS_VARIABLE, str(tmp_path / "nowhere/progress"))

    write_progress_file(1, 2)

    assert list(tmp_path.iterdir()) == []


def test_a_shorter_text_replaces_a_longer_one(told: Callable[[float, float], str]) -> None:
    told(1000, 1000)

    assert told(1, 2) == "1/2"


# ---------------------------------------------------------------- log records

MANY = "for step in range(1001):\n    context.progress(step, 1000, f'step {step}')"


def test_the_first_and_the_last_report_are_shown_and_few_between(job: HookProcess) -> None:
    ended = run(job, MANY, ARGO_PROGRESS_FILE=str(job.folder / "progress"))

    assert (ended.messages[0], ended.messages[-1]) == ("0% step 0", "100% step 1000")
    assert len(ended.messages) < 20
    assert ended.records[-1]["labels.progress.done"] == ended.records[-1]["labels.progress.total"] == 1000
    assert (job.folder / "progress").read_text() == "1000/1000"


def test_a_report_without_words_is_its_share(job: HookProcess) -> None:
    assert run(job, "context.progress(1, 3)").messages == ["33%"]


def test_a_report_is_text_where_text_is_asked_for(job: HookProcess) -> None:
    ended = run(job, "context.progress(1, 2, 'half')", HOOKKIT_LOG_FORMAT="text")

    assert re.fullmatch(r"\d\d:\d\d:\d\d INFO    50% half\n", ended.stderr)


def test_numbers_that_say_nothing_are_the_authors_mistake(job: HookProcess) -> None:
    ended = run(job, "context.progress(1, 0)")

    assert (ended.exit_code, ended.error["type"]) == (1, "ValueError")
    assert ended.last_words == "ValueError: progress(1, 0): total has to be a positive number, and done a number"


# ---------------------------------------------------------------- a bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_drawn_over_itself_and_ends_its_line() -> None:
    terminal = Terminal()
    with ProgressReporter(terminal) as report:
        report(0, 4, "begin")
        report(4, 4, "done")

    first, last = terminal.getvalue().removeprefix("\r\x1b[K").split("\r\x1b[K")
    assert first == "─" * 30 + "   0% begin"
    assert last == "━" * 30 + " 100% done\n"


def test_a_bar_that_did_not_come_to_its_end_still_ends_its_line() -> None:
    terminal = Terminal()
    with ProgressReporter(terminal) as report:
        report(1, 4, "two\nlines")

    assert terminal.getvalue().endswith("  25% two lines\n")


def test_a_hook_that_says_nothing_draws_nothing() -> None:
    terminal = Terminal()
    with ProgressReporter(terminal):
        pass

    assert terminal.getvalue() == ""


def on_terminal(job: HookProcess, body: str, **variables: str) -> str:
    """What a terminal shows of a hook with this body."""
    job.write(HOOK.replace("context", "token: Secret, context") + f"    {body}\n")
    ours, theirs = pty.openpty()
    environment = job.environment({"HOOKKIT_OPTION_TOKEN": "p4ssword", **variables})
    with subprocess.Popen(
        [sys.executable, "-m", "hookkit.runtime", "job", "--output=out"],
        cwd=job.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:  # the terminal's other end is closed
            pass
    os.close(ours)
    return shown.decode()


def test_a_terminal_shows_a_bar_and_readable_lines_and_no_secret(job: HookProcess) -> None:
    shown = on_terminal(job, "context.progress(1, 2, token.reveal()); logging.info(token.reveal()); print('end')")

    assert "━━━━━━━━━━━━━━━───────────────  50% ***" in shown
    assert "INFO    ***" in shown
    assert "end" in shown
    assert "p4ssword" not in shown
    assert '"message"' not in shown


# ---------------------------------------------------------------- the work folder


def test_the_work_folder_is_empty_and_everything_temporary_goes_there(job: HookProcess) -> None:
    ended = run(
        job,
        """
assert context.work_dir.is_dir() and not list(context.work_dir.iterdir())
for place in (os.environ["TMPDIR"], os.environ["HOME"], os.getcwd(), tempfile.gettempdir(), Path.home(), Path.cwd()):
    assert Path(place) == context.work_dir, place
assert context.work_dir.is_relative_to(output.parent)
(context.work_dir / "deep").mkdir()
(context.work_dir / "deep/file").touch()
print(context.work_dir)
""",
    )

    assert ended.exit_code == 0, ended.stderr
    assert not Path(ended.messages[0]).exists()
    assert ended.products == []


LEAVE = "tempfile.mkdtemp(); print(context.work_dir, flush=True)\n"
ENDS = {
    "failure": "raise ValueError",
    "exit": "sys.exit(101)",
    "crash": "os.abort()",
    "kill": "os.kill(os.getpid(), signal.SIGKILL)",
    "read-only": "os.chmod(context.work_dir, 0o555); raise ValueError",
}


@pytest.mark.parametrize("output", ["output: Annotated[Path, Output(optional=True)], ", ""], ids=["output", "none"])
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_the_work_folder_is_gone_however_the_hook_ends(job: HookProcess, output: str, end: str) -> None:
    job.write(f"@hook\ndef run({output}context: HookContext) -> None:\n    {LEAVE}    {end}")

    ended = job.run("--output=out")

    assert ended.exit_code != 0
    assert not Path(ended.messages[0]).exists()
    assert ended.products == (["error.json"] if output else [])


@pytest.mark.parametrize("output", ["output: Annotated[Path, Output(optional=True)], ", ""], ids=["output", "none"])
@pytest.mark.parametrize("ignoring", ["", "signal.signal(signal.SIGTERM, signal.SIG_IGN); "], ids=["heard", "ignored"])
def test_the_work_folder_is_gone_when_the_hook_is_stopped(job: HookProcess, output: str, ignoring: str) -> None:
    body = f"{ignoring}print('ready', context.work_dir, flush=True); tempfile.mkdtemp(); time.sleep(60)"
    job.write(f"@hook\ndef run({output}context: HookContext) -> None:\n    {body}")
    process = job.start("--output=out", HOOKKIT_GRACE_SECONDS="0.5")
    assert process.stdout is not None
    work = json.loads(process.stdout.readline())["message"].split()[1]

    process.send_signal(signal.SIGTERM)

    assert job.wait(process).exit_code == 143
    assert not Path(work).exists()


def test_a_logger_of_the_context_is_the_hooks(job: HookProcess) -> None:
    [record] = run(job, "context.log.info('hello', extra={'tile': 'T32'})").records

    assert (record["log.logger"], record["message"], record["labels.tile"]) == ("hook", "hello", "T32")

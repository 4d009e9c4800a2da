"""A program as a part of a hook: its output in the log, its status as the hook's, no shell, nothing left behind."""

import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookkit import CommandError, CommandResult, HookError, run_command
from hookkit.command import GROUP_WATCHERS, signal_name

Groups = list[tuple[int, bool]]


@pytest.fixture
def groups() -> Iterator[Groups]:
    """What the watchers were told of each program's process group."""
    told: Groups = []

    def watch(group: int, alive: bool) -> None:  # noqa: FBT001 - as watchers are called
        told.append((group, alive))

    GROUP_WATCHERS.append(watch)
    yield told
    GROUP_WATCHERS.remove(watch)


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def python(source: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", source, *arguments]


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def failure(command: list[str], **options: object) -> CommandError:
    with pytest.raises(CommandError) as caught:
        run_command(command, **options)  # type: ignore[arg-type] # options of several types
    return caught.value


# ---------------------------------------------------------------- output


def test_output_and_errors_come_line_by_line_into_the_log(log: pytest.LogCaptureFixture) -> None:
    result = run_command(shell("echo one; echo two >&2; printf three"))

    assert result == CommandResult(0, ("one", "two", "three"))
    assert [(record.name, record.message) for record in log.records] == [("sh", word) for word in result.last_lines]


def test_a_line_is_in_the_log_before_the_program_ends(tmp_path: Path) -> None:
    go_on = tmp_path / "go on"

    class Watcher(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() == "first":
                go_on.touch()

    watcher = Watcher()
    logging.getLogger().addHandler(watcher)
    try:
        # It ends only when its first line was seen.
        run_command(shell(f"echo first; until [ -e '{go_on}' ]; do sleep 0.01; done"))
    finally:
        logging.getLogger().removeHandler(watcher)


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        (rb"a\r\nb\n", ("a", "b")),
        (rb"\n\n", ("", "")),
        (b"", ()),
        (rb"\xff\xfe\x00", ("\ufffd\ufffd\x00",)),
        (rb"%d of {{x}} %s\n", ("%d of {{x}} %s",)),
        (rb"0...10...\r20", ("0...10...\r20",)),
    ],
)
def test_whatever_a_program_prints_is_text(output: bytes, lines: tuple[str, ...]) -> None:
    source = f"import sys; sys.stdout.buffer.write(b'{output.decode()}')"

    assert run_command(python(source)).last_lines == lines


def test_a_line_without_end_comes_in_pieces() -> None:
    lines = run_command(python("print('x' * 200_000)")).last_lines

    assert "".join(lines) == "x" * 200_000
    assert max(map(len, lines)) == 64 * 1024


def test_the_last_lines_are_kept_and_no_more(log: pytest.LogCaptureFixture) -> None:
    result = run_command(python("for number in range(1000): print(number)"))

    assert result.last_lines == tuple(str(number) for number in range(980, 1000))
    assert len(log.records) == 1000


# ---------------------------------------------------------------- how a program is started


def test_arguments_arrive_as_they_are_since_no_shell_reads_them(tmp_path: Path) -> None:
    words = ["$HOME", "a b", "*", "; echo x", "`id`", "", "-", "é"]

    result = run_command([*python("import sys; print(sys.argv[1:])"), *words, tmp_path])

    assert result.last_lines == (str([*words, str(tmp_path)]),)


@pytest.mark.parametrize("command", ["ls -l", b"ls -l"])
def test_one_text_is_refused_with_the_list_to_write(command: str | bytes) -> None:
    with pytest.raises(TypeError, match=re.escape(f"run_command takes a list, not one text: write {command.split()}")):
        run_command(command)  # type: ignore[arg-type] # it is tested


def test_variables_come_beside_the_hooks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_HOOK", "1")

    assert run_command(shell("echo $OF_THE_HOOK $MORE"), env={"MORE": "2"}).last_lines == ("1 2",)
    assert "MORE" not in os.environ


def test_a_program_runs_where_it_is_told_to_and_reads_nothing(tmp_path: Path) -> None:
    assert run_command(shell("pwd; cat"), cwd=tmp_path).last_lines == (str(tmp_path),)


def test_a_program_leads_a_process_group_of_its_own() -> None:
    lines = run_command(python("import os; print(os.getpid(), os.getpgid(0))")).last_lines
    leader, group = map(int, lines[0].split())

    assert leader == group != os.getpgid(0)


def test_a_program_gets_signals_as_usual_however_the_hook_handles_them() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        lines = run_command(python("import signal; print(signal.getsignal(signal.SIGTERM))")).last_lines
    finally:
        signal.signal(signal.SIGTERM, before)

    assert lines == ("Handlers.SIG_DFL" if sys.version_info < (3, 11) else "0",)


# ---------------------------------------------------------------- how it ended


@pytest.mark.parametrize(
    ("script", "status", "words"),
    [
        ("exit 3", 3, "sh ended with status 3"),
        ("echo broken; echo; exit 3", 3, "sh ended with status 3: broken"),
        ("kill -SEGV $$", -11, "sh was killed by SIGSEGV"),
        ("echo x; kill -KILL $$", -9, "sh was killed by SIGKILL: x"),
        ("kill -40 $$", -40, "sh was killed by signal 40"),
    ],
)
def test_a_program_that_fails_says_how_and_with_its_last_line(script: str, status: int, words: str) -> None:
    error = failure(shell(script))

    assert (error.status, str(error), error.command) == (status, words, tuple(shell(script)))
    assert (error.code, error.retryable) == (1, False)
    assert isinstance(error, HookError)


@pytest.mark.parametrize(
    ("codes", "code", "retryable"),
    [({}, 1, False), ({3: 75}, 75, True), ({3: 101}, 101, False), ({4: 75}, 1, False), ({3: 1}, 1, False)],
)
def test_a_status_becomes_the_hooks_as_the_author_says(codes: dict[int, int], code: int, retryable: bool) -> None:  # noqa: FBT001 - a column
    error = failure(shell("exit 3"), codes=codes)

    assert (error.code, error.retryable) == (code, retryable)


def test_a_signal_may_have_a_code_of_its_own() -> None:
    assert failure(shell("kill -KILL $$"), codes={-9: 75}).code == 75


@pytest.mark.parametrize("code", [0, 2, 64, 137, 256, -1])
def test_a_code_that_would_be_misread_is_refused_before_anything_runs(code: int, tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=re.escape(f"codes={{3: {code}}}: a hook ends with 1, 75 or a code of its own")
    ):
        run_command(["touch", tmp_path / "ran"], codes={3: code})

    assert not (tmp_path / "ran").exists()


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = failure(["no-such-program", "x"])

    assert str(error) == "no-such-program can't be started: No such file or directory; is it in the image?"
    assert (error.status, error.code) == (127, 1)
    assert str(failure([str(tmp_path)])) == f"{tmp_path} can't be started: Permission denied; is it in the image?"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = failure(["ls"], cwd=tmp_path / "nowhere")

    assert str(error).startswith(f"ls can't be started: No such file or directory ({tmp_path / 'nowhere'})")


def test_a_signal_has_a_name_where_it_has_one() -> None:
    assert (signal_name(15), signal_name(40)) == ("SIGTERM", "signal 40")


# ---------------------------------------------------------------- what is left of it


def test_watchers_hear_of_each_group_when_it_begins_and_when_it_is_gone(groups: Groups) -> None:
    group = int(run_command(shell("echo $$")).last_lines[0])
    failure(shell("exit 1"))

    assert groups[:2] == [(group, True), (group, False)]
    assert [alive for _, alive in groups] == [True, False, True, False]


def test_a_group_with_members_left_is_not_gone(groups: Groups) -> None:
    leader, rest = run_command(shell("echo $$; sleep 60 >/dev/null 2>&1 & echo $!")).last_lines
    os.kill(int(rest), signal.SIGKILL)

    assert groups == [(int(leader), True), (int(leader), True)]


class Stop(BaseException):
    """What stops a hook in these tests."""


def stop(*_: object) -> None:
    raise Stop


@pytest.fixture
def raising_stop() -> Iterator[None]:
    """SIGHUP raises Stop in this process, as the runtime's handlers raise HookStopped."""
    before = signal.signal(signal.SIGHUP, stop)
    yield
    signal.signal(signal.SIGHUP, before)


STUBBORN = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; kill -HUP {parent}; while :; do sleep 1; done'; wait"


@pytest.mark.usefixtures("raising_stop")
@pytest.mark.parametrize("script", ["echo $$; kill -HUP {parent}; sleep 60", STUBBORN], ids=["tame", "stubborn"])
def test_a_stop_ends_a_program_and_all_that_it_started(
    script: str, groups: Groups, log: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Stop):
        run_command(shell(script.format(parent=os.getpid())))

    members = [int(record.message) for record in log.records]
    assert all(is_gone(one) for one in members)
    assert [alive for _, alive in groups] == [True, False]


def is_gone(pid: int) -> bool:
    """Whether a process ended soon: the kernel kills in its own time."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.usefixtures("raising_stop")
def test_a_stop_while_a_program_is_being_started_leaves_none_behind(groups: Groups) -> None:
    # The signal comes in the moment in which the program runs and nobody but its parent's library knows it.
    def interrupt(_group: int, alive: bool) -> None:  # noqa: FBT001 - as watchers are called
        if alive:
            os.kill(os.getpid(), signal.SIGHUP)
            sum(range(1000))  # where the handler would run

    GROUP_WATCHERS.append(interrupt)
    try:
        with pytest.raises(Stop):
            run_command(["sleep", "60"])
    finally:
        GROUP_WATCHERS.remove(interrupt)

    assert is_gone(groups[0][0])
    assert [alive for _, alive in groups] == [True, False]


def test_handlers_of_signals_are_those_of_before(groups: Groups) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]

    run_command(["true"])

    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)] == before
    assert groups


def test_a_thread_may_run_a_program_too() -> None:
    found: list[CommandResult] = []

    thread = threading.Thread(target=lambda: found.append(run_command(["echo", "x"])))
    thread.start()
    thread.join()

    assert found == [CommandResult(0, ("x",))]

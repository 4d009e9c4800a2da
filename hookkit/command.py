"""A hook may wrap a program: its output goes to the log, its status becomes the hook's, its group ends with it."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookkit.contract import ExitCode
from hookkit.errors import OWN_CODES, HookError, is_own_code
from hookkit.record import Record

if TYPE_CHECKING:
    from subprocess import Popen
    from typing import IO

#: Seconds that a program gets to end after SIGTERM, well within the hook's own grace period.
_GRACE_SECONDS: Final = 5.0
_KEPT_LINES: Final = 20

#: Who hears of each program's process group: its number, and whether it just started or has ended.
GROUP_WATCHERS: Final[list[Callable[[int, bool], None]]] = []
_LONGEST_LINE: Final = 64 * 1024


class CommandResult(Record):
    """A program that ended: its exit status, and the last lines that it printed."""

    status: int
    last_lines: tuple[str, ...] = ()


class CommandError(HookError):
    """A program failed, or could not be started.

    Attributes:
        command: program and arguments.
        status: the program's exit status; minus the signal's number where one killed it; 127 where it was not found.

    """

    def __init__(self, command: tuple[str, ...], status: int, message: str, code: int) -> None:
        super().__init__(message)
        self.command = command
        self.status = status
        self.code = code
        self.retryable = code == ExitCode.TRANSIENT


def run_command(
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    codes: Mapping[int, int] | None = None,
) -> CommandResult:
    """Run a program to its end, its output in the log line by line; never through a shell.

    Args:
        command: program and arguments, a list: `["gdal_translate", "-of", "COG", source, target]`.
        cwd: the folder to run it in; default: the hook's, which lies in the volume and is writable.
        env: variables beside the hook's own.
        codes: exit codes of the hook by exit status of the program: `{3: 75}` says that 3 may succeed later (75).

    Raises:
        CommandError: it ended with another status than 0 (the hook then ends with 1, or what `codes` says), a signal
            killed it, or it can't be started.
        TypeError: the command is one text instead of a list.
        ValueError: `codes` has an exit code that a hook may not end with.

    """
    if isinstance(command, str | bytes):
        msg = f"run_command takes a list, not one text: write {command.split()!r}"
        raise TypeError(msg)
    exit_codes = _checked(codes or {})
    words = tuple(os.fspath(word) for word in command)
    status, last_lines = _run(words, cwd, env)
    if status:
        code = exit_codes.get(status, ExitCode.HOOK_FAILED)
        raise CommandError(words, status, _failure(words[0], status, last_lines), code)
    return CommandResult(status, last_lines)


def _checked(codes: Mapping[int, int]) -> Mapping[int, int]:
    """The codes, if a hook may end with all of them."""
    for status, code in codes.items():
        if code not in {ExitCode.HOOK_FAILED, ExitCode.TRANSIENT} and not is_own_code(code):
            msg = f"codes={{{status}: {code}}}: a hook ends with 1, 75 or a code of its own, {OWN_CODES}"
            raise ValueError(msg)
    return codes


def _run(words: tuple[str, ...], cwd: Path | None, env: Mapping[str, str] | None) -> tuple[int, tuple[str, ...]]:
    """Run a program to its end: its status, and the last lines that it printed."""
    process = None
    try:
        with _stops_deferred():
            process = _start(words, cwd, env)
        last_lines = _log_lines(process, Path(words[0]).name)
        status = process.wait()
    except BaseException:  # the hook is being stopped, or failed: its program must not outlive it
        if process:
            _end_group(process)
            _tell_watchers(process.pid, alive=False)
        raise
    finally:
        if process:
            _output_of(process).close()  # not before its end: a program may say what it tidies up
    _tell_watchers(process.pid, alive=_has_members(process.pid))
    return status, last_lines


@contextmanager
def _stops_deferred() -> Iterator[None]:
    """Hold back what stops the hook while a program is started: one that nobody has noted yet would outlive it."""
    import signal

    late: list[int] = []
    stops = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    try:
        before = {number: signal.signal(number, lambda number, _frame: late.append(number)) for number in stops}
    except ValueError:  # not the main thread, which alone is interrupted
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for deferred in late:
            signal.raise_signal(deferred)


def _start(words: tuple[str, ...], cwd: Path | None, env: Mapping[str, str] | None) -> "Popen[bytes]":
    import subprocess

    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=os.environ | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    except OSError as error:
        place = "" if error.filename in {None, words[0]} else f" ({error.filename})"
        message = f"{words[0]} can't be started: {error.strerror}{place}; is it in the image?"
        raise CommandError(words, 127, message, ExitCode.HOOK_FAILED) from None
    _tell_watchers(process.pid, alive=True)
    return process


def _tell_watchers(group: int, *, alive: bool) -> None:
    for watcher in GROUP_WATCHERS:
        watcher(group, alive)


def _has_members(group: int) -> bool:
    """Whether a program left others behind: they end with the hook."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _log_lines(process: "Popen[bytes]", name: str) -> tuple[str, ...]:
    from logging import getLogger

    logger, last_lines = getLogger(name), deque[str](maxlen=_KEPT_LINES)
    while line := _output_of(process).readline(_LONGEST_LINE):
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        logger.info("%s", text)
        last_lines.append(text)
    return tuple(last_lines)


def _output_of(process: "Popen[bytes]") -> "IO[bytes]":
    assert process.stdout is not None  # noqa: S101 - it was asked for: a fact for the type checker
    return process.stdout


def _failure(program: str, status: int, last_lines: tuple[str, ...]) -> str:
    ended = f"ended with status {status}" if status > 0 else f"was killed by {signal_name(-status)}"
    last = next((line.strip() for line in reversed(last_lines) if line.strip()), "")
    return f"{program} {ended}: {last}" if last else f"{program} {ended}"


def signal_name(number: int) -> str:
    """`SIGTERM`; a signal that has no name keeps its number."""
    from signal import Signals

    return Signals(number).name if number in set(Signals) else f"signal {number}"


def _end_group(process: "Popen[bytes]") -> None:
    """Ask the program and all that it started to end, then make them."""
    import signal
    import subprocess

    for number, patience in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
            process.wait(patience)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue

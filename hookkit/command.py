"""A hook may wrap a program: its output goes to the log, its status becomes the hook's, its group ends with it."""

import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookkit.contract import ExitCode
from hookkit.errors import HookError
from hookkit.record import Record

if TYPE_CHECKING:
    from subprocess import Popen

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

    """
    if isinstance(command, str | bytes):
        msg = f"run_command takes a list, not one text: write {command.split()!r}"
        raise TypeError(msg)
    words = tuple(os.fspath(word) for word in command)
    process = _start(words, cwd, env)
    try:
        last_lines = _log_lines(process, Path(words[0]).name)
        status = process.wait()
    except BaseException:  # the hook is being stopped, or failed: its program must not outlive it
        _end_group(process)
        raise
    _tell_watchers(process.pid, alive=False)
    if status:
        code = (codes or {}).get(status, ExitCode.HOOK_FAILED)
        raise CommandError(words, status, _failure(words[0], status, last_lines), code)
    return CommandResult(status, last_lines)


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
        message = f"{words[0]} can't be started: {error.strerror}; is it in the image?"
        raise CommandError(words, 127, message, ExitCode.HOOK_FAILED) from None
    _tell_watchers(process.pid, alive=True)
    return process


def _tell_watchers(group: int, *, alive: bool) -> None:
    for watcher in GROUP_WATCHERS:
        watcher(group, alive)


def _log_lines(process: "Popen[bytes]", name: str) -> tuple[str, ...]:
    from logging import getLogger

    logger, last_lines = getLogger(name), deque[str](maxlen=_KEPT_LINES)
    stream = process.stdout
    while stream and (line := stream.readline(_LONGEST_LINE)):
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        logger.info("%s", text)
        last_lines.append(text)
    return tuple(last_lines)


def _failure(program: str, status: int, last_lines: tuple[str, ...]) -> str:
    from signal import Signals

    ended = f"ended with status {status}" if status > 0 else f"was killed by {Signals(-status).name}"
    last = next((line.strip() for line in reversed(last_lines) if line.strip()), "")
    return f"{program} {ended}: {last}" if last else f"{program} {ended}"


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

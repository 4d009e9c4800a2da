"""A small parent runs the hook in a child: forwards signals, reaps, bounds the time to stop, has the last word.

It forks before the author's module is imported, so it survives native code that crashes, hangs or holds the
interpreter. As a container's first process it also reaps what others leave behind.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Never

from hookkit.contract import (
    GRACE_SECONDS,
    GRACE_VARIABLE,
    OUTCOME_VARIABLE,
    TERMINATION_LOG,
    TERMINATION_LOG_VARIABLE,
    ExitCode,
)
from hookkit.errors import HookStopped
from hookkit.runtime.journal import Journal
from hookkit.runtime.outcome import Outcome, write_json
from hookkit.runtime.stopping import STOP_SIGNALS, ignore_stop_signals, raise_on_stop_signals

_NEVER: Final = float(2**31)  # seconds of the monotonic clock; sigtimedwait takes no infinity
#: A signal that comes just before a system call does not interrupt it, and Python hears of it too late: it is sent
#: a few times, which the child ignores once it heard.
_REMINDERS: Final = 4
_REMINDER_SECONDS: Final = 0.5
_WATCHED: Final = frozenset({signal.SIGCHLD, *STOP_SIGNALS})


def supervise(run: Callable[[Journal], Outcome]) -> int:
    """Run a hook in a child process; the exit code to end with."""
    # Blocked signals wait until sigtimedwait takes them: none is lost between fork and loop, and no handler races.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    with Journal() as journal:
        child = os.fork()
        if child == 0:
            _become_child(run, journal, before)
        outcome, peak_memory_bytes = _watch(child, journal)
        _leave_word(outcome, journal)
        _tell_runner(outcome, peak_memory_bytes)
    return outcome.exit_code


def _become_child(run: Callable[[Journal], Outcome], journal: Journal, mask: set[signal.Signals | int]) -> Never:
    """In the child: run the hook and end, whatever happens."""
    exit_code: int = ExitCode.HOOK_FAILED
    try:
        os.setpgid(0, 0)
        raise_on_stop_signals()
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            outcome = run(journal)
        except HookStopped as stopped:  # it came just before or after the function
            outcome = Outcome.of(stopped)
        ignore_stop_signals()
        journal.note_outcome(outcome)
        exit_code = outcome.exit_code
        _flush()
    except BaseException:  # noqa: BLE001 - a bug of ours must not vanish with the process
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(exit_code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue


def _watch(child: int, journal: Journal) -> tuple[Outcome, int]:
    """The outcome and the peak resident memory, in bytes, of the child; stops are forwarded, and bounded in time."""
    stopped: signal.Signals | None = None
    deadline, reminders = _NEVER, _REMINDERS
    while not _has_ended(child):
        left = max(0.0, deadline - time.monotonic())
        taken = signal.sigtimedwait(_WATCHED, left if stopped is None else min(left, _REMINDER_SECONDS))
        if taken is not None and taken.si_signo in STOP_SIGNALS and stopped is None:
            stopped = signal.Signals(taken.si_signo)
            deadline = time.monotonic() + _grace_seconds()
        if stopped is not None and time.monotonic() >= deadline:
            _kill_group(child)
            deadline = _NEVER
        elif stopped is not None and reminders:
            os.kill(child, stopped)
            reminders -= 1
    for group in (child, *journal.read().groups):  # what the hook left behind ends with it
        _kill_group(group)
    _end_orphans(child)
    _, status, usage = os.wait4(child, 0)
    return _outcome(status, stopped, journal), usage.ru_maxrss * 1024


def _has_ended(child: int) -> bool:
    """Whether the child ended; reaps all others that did (as a container's first process it inherits orphans)."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return True
        if ended is None:
            return False
        if ended.si_pid == child:
            return True
        os.waitpid(ended.si_pid, 0)


def _kill_group(leader: int) -> None:
    # No stranger can have the number: the child is not reaped yet, and a program's end is noted in the journal.
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _end_orphans(child: int) -> None:
    """End what the hook left in other sessions: it is this process's now, as is what that leaves in turn."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while children.exists() and (orphans := {*map(int, children.read_text().split())} - {child}):
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _grace_seconds() -> float:
    try:
        seconds = float(os.environ[GRACE_VARIABLE])
    except (KeyError, ValueError):
        return GRACE_SECONDS
    return seconds if 0 <= seconds < _NEVER else GRACE_SECONDS


def _outcome(status: int, stopped: signal.Signals | None, journal: Journal) -> Outcome:
    """The child's own outcome, or what killed it."""
    if told := journal.read().outcome:
        return told
    if stopped is not None:
        words = f"stopped by {stopped.name}; killed when the grace period of {_grace_seconds():g} s was over"
        return Outcome(STOP_SIGNALS[stopped], "HookStopped", words, retryable=True)
    if os.WIFSIGNALED(status):
        return Outcome.of_signal(os.WTERMSIG(status))
    return Outcome.of_status(os.WEXITSTATUS(status))


def _leave_word(outcome: Outcome, journal: Journal) -> None:
    """The parent's last word: error.json in the output folder, one line in the termination log."""
    testimony = journal.read()
    for folder in (*testimony.staging, *testimony.temporary):
        if folder.exists():
            from hookkit.runtime.products import remove_tree

            remove_tree(folder)
    if outcome.exit_code == ExitCode.DONE:
        return
    if testimony.outcome is None:
        from hookkit.runtime.logs import configure_logging, log_outcome

        configure_logging()
        log_outcome(outcome)
        _flush()
    for folder in testimony.staging[:1]:
        outcome.leave_error_file(folder.parent)
    _write_termination_log(outcome)


def _tell_runner(outcome: Outcome, peak_memory_bytes: int) -> None:
    if path := os.environ.get(OUTCOME_VARIABLE):
        write_json(Path(path), outcome.to_json() | {"peak_memory_bytes": peak_memory_bytes})


def _write_termination_log(outcome: Outcome) -> None:
    path = Path(os.environ.get(TERMINATION_LOG_VARIABLE, TERMINATION_LOG))
    try:
        # Only where the platform made one: a file of this name must not appear elsewhere.
        with path.open("r+", encoding="utf-8") as log:
            log.write(outcome.last_words)
            log.truncate()
    except OSError:
        return

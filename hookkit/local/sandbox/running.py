"""A command and a Policy become a run to the end: confined, watched, its output line by line to a log."""

import os
import select
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, NamedTuple

from hookkit.errors import EngineError, Problem
from hookkit.local.log import LONGEST_LINE, KeptLog
from hookkit.local.sandbox import landlock
from hookkit.local.sandbox.confinement import Confinement, Steps
from hookkit.local.sandbox.guard import Guard
from hookkit.local.sandbox.judge import Judge, Refusal
from hookkit.local.sandbox.killing import kill_tree
from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.sharedmemory import remove_left, shared_files
from hookkit.local.sandbox.tree import FileKey
from hookkit.local.sandbox.watch import Exceeded, Watch
from hookkit.local.signals import forwarded_signals

#: How often a silent hook is looked at: what it left running may hold its log open, which then never ends.
_GLANCE_MILLISECONDS: Final = 500


class Finished(NamedTuple):
    """What came of a confined command.

    Attributes:
        exit_code: 128 and the number of the signal where one killed it.
        steps: what was enforced, and why not.
        exceeded: what it had too much of; it was stopped for that.

    """

    exit_code: int
    seconds: float
    peak_memory_bytes: int
    exceeded: Exceeded
    steps: Steps
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Command:
    """What is run.

    Attributes:
        advice: what to do where it can't be started.
        files: whether Landlock restricts its files; not where `before` changes mounts.
        before: a further step of the child before it gives up its rights.
        front: whether the process only stands in front of the hook's, and what it uses isn't the hook's.
        descriptors: that it inherits.
        objections: why it is not to be started after all, once it's known what came of the steps.

    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    advice: str = ""
    files: bool = True
    before: Callable[[], None] | None = None
    front: bool = False
    descriptors: tuple[int, ...] = ()
    objections: Callable[[Steps], tuple[Problem, ...]] = lambda _: ()


def run_confined(command: Command, policy: Policy, log: KeptLog) -> Finished:
    """Run a command to its end; nothing of it is left running, whatever happens.

    Raises:
        EngineError: it can't be started, or is not to be.

    """
    start, shared = time.monotonic(), shared_files()
    with (
        forwarded_signals() as stops,
        Confinement(policy, files=command.files, before=command.before, objections=command.objections) as confinement,
        _started(command, policy, confinement) as process,
    ):
        stops.forward_to(process.send_signal)
        steps, listener = confinement.told()
        with (
            _guarded(listener, process, policy, command, steps) as refusals,
            _watched(process, policy, steps, confinement.mounts, shared, front=command.front) as watch,
        ):
            for chunk in iter(lambda: _next_chunk(process), b""):
                log.take(chunk)
            log.finish()
            code = process.wait()
        ended = time.monotonic() - start
        return Finished(
            code if code >= 0 else 128 - code, ended, watch.peak_memory_bytes, watch.exceeded, steps, tuple(refusals)
        )


@contextmanager
def _started(command: Command, policy: Policy, confinement: Confinement) -> Iterator[subprocess.Popen[bytes]]:
    process = _start(command, confinement)
    try:
        yield process
    finally:
        _end(process, policy)


def _end(process: subprocess.Popen[bytes], policy: Policy) -> None:
    """End it where it still runs, since the log could not be shown: whoever read it has gone."""
    assert process.stdout  # noqa: S101 - a pipe was asked for
    process.stdout.close()  # what waits to be printed waits no longer
    process.terminate()
    try:
        process.wait(policy.grace_seconds)
    except subprocess.TimeoutExpired:
        kill_tree(process.pid)
        process.kill()
        process.wait()


def _start(command: Command, confinement: Confinement) -> subprocess.Popen[bytes]:
    try:
        with warnings.catch_warnings():
            # Python warns of forks beside threads: the child only makes system calls that were prepared before.
            warnings.simplefilter("ignore", DeprecationWarning)
            return subprocess.Popen(
                list(command.arguments),
                bufsize=0,
                env=dict(command.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd="/",  # as in a container
                start_new_session=True,  # Ctrl-C reaches hookkit alone, which forwards it once
                preexec_fn=confinement.enter,  # noqa: PLW1509 - see above
                pass_fds=command.descriptors,
            )
    except OSError as error:
        raise EngineError(Problem(command.arguments[0], f"can't be run: {error.strerror}", command.advice)) from None
    except subprocess.SubprocessError as error:
        with suppress(OSError):  # it told nothing
            steps, listener = confinement.told()
            if listener is not None:
                os.close(listener)
            if objections := command.objections(steps):
                raise EngineError(*objections) from None
        raise EngineError(Problem(command.arguments[0], f"can't be confined: {error}", command.advice)) from None


@contextmanager
def _guarded(
    listener: int | None, process: subprocess.Popen[bytes], policy: Policy, command: Command, steps: Steps
) -> Iterator[dict[Refusal, None]]:
    if listener is None:
        yield {}
        return
    scoped = command.files and not steps.files and landlock.scopes_sockets()
    judge = Judge(process.pid, policy, steps.network, files=command.files, scoped=scoped)
    guard = Guard(listener, judge, _other_user(policy, steps))
    try:
        guard.start()
        yield guard.refusals
    finally:
        _end(process, policy)
        if guard.is_alive():
            guard.end()
        os.close(listener)


@contextmanager
def _watched(  # noqa: PLR0913 - what a run knows
    process: subprocess.Popen[bytes],
    policy: Policy,
    steps: Steps,
    mounts: int | None,
    shared: frozenset[FileKey],
    *,
    front: bool,
) -> Iterator[Watch]:
    watch = Watch(process.pid, policy, _other_user(policy, steps), mounts=mounts, front=front)
    watch.start()
    try:
        yield watch
    finally:
        _end(process, policy)
        watch.end(orphaned=process.returncode < 0)
        if steps.memory:
            remove_left(shared, watch.files_in_memory, _other_user(policy, steps))


def _other_user(policy: Policy, steps: Steps) -> int | None:
    """Whose the processes are, where that's not who runs hookkit."""
    return None if steps.user else policy.user


def _next_chunk(process: subprocess.Popen[bytes]) -> bytes:
    """What is printed next; nothing once the process ended and all that it printed is read."""
    assert process.stdout  # noqa: S101 - a pipe was asked for
    stream = process.stdout.fileno()
    poll = select.poll()  # not select, which knows no descriptors above 1,023
    poll.register(stream, select.POLLIN)
    while True:
        ended = process.poll() is not None  # asked before looking: what it printed is in the pipe by then
        if poll.poll(0 if ended else _GLANCE_MILLISECONDS):
            return os.read(stream, LONGEST_LINE)
        if ended:
            return b""

"""A command becomes its answer: what it printed; whatever happens, nothing of it is left running."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from threading import Timer
from typing import Final, NamedTuple

from hookkit.contract import GRACE_SECONDS

#: Lines of stderr that are kept: memory stays flat however much a hook logs.
_KEPT_LINES: Final = 1000
#: A hook that is asked to stop has its grace; the desk needs a moment more.
_PATIENCE_SECONDS: Final = GRACE_SECONDS + 15


class Answer(NamedTuple):
    """What a command printed on stdout, and the last lines of its stderr."""

    exit_code: int
    out: bytes
    words: str


def ask(
    command: list[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    timeout: float | None = None,
    quiet: bool = False,
) -> Answer:
    """Run a command to its end; its stderr is shown as it comes, unless `quiet`. After `timeout` it is to stop."""
    with (
        TemporaryFile() as out,
        Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=DEVNULL,
            stdout=out,
            stderr=PIPE,
            encoding="utf-8",
            errors="replace",
        ) as process,
        _ended(process, timeout),
    ):
        words = deque(_passed_on(process, quiet=quiet), maxlen=_KEPT_LINES)
        exit_code = process.wait()
        out.seek(0)
        return Answer(exit_code, out.read(), "".join(words))


def _passed_on(process: Popen[str], *, quiet: bool) -> Iterator[str]:
    for line in process.stderr or ():
        if not quiet:
            sys.stderr.write(line)
        yield line


@contextmanager
def _ended(process: Popen[str], timeout: float | None) -> Iterator[None]:
    """Stop a process when its time is up, and where we are stopped ourselves."""
    timers = [] if timeout is None else _stopping(process, timeout)
    try:
        yield
    except BaseException:  # Ctrl-C: the hook and its container end with the test
        process.terminate()
        timers += _stopping(process, 0)
        deque(_passed_on(process, quiet=True), maxlen=0)
        raise
    finally:
        for timer in timers:
            timer.cancel()


def _stopping(process: Popen[str], seconds: float) -> list[Timer]:
    timers = [Timer(seconds, process.terminate), Timer(seconds + _PATIENCE_SECONDS, process.kill)]
    _start(timers)
    return timers


def _start(timers: Iterable[Timer]) -> None:
    for timer in timers:
        timer.daemon = True
        timer.start()

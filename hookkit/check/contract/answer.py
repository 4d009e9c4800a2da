"""A bare command becomes an Answer: exit code, and what it printed on either stream; nothing of it is left running."""

import json
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

from hookkit.contract import GRACE_SECONDS
from hookkit.errors import EngineError, Problem

#: Of each stream: a hook may print as much as it likes.
KEPT_BYTES: Final = 8 << 20
#: More than the runtime takes to end itself when it is asked to.
_PATIENCE_SECONDS: Final = GRACE_SECONDS + 5


@dataclass(frozen=True)
class Answer:
    """What a command gave.

    Attributes:
        late: whether it was stopped since it took too long.

    """

    exit_code: int
    stdout: str
    stderr: str
    late: bool = False

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The messages of the log's records of errors, and plain lines, which may be some."""
        records = (parse_record(line) for line in self.stderr.splitlines() if line.strip())
        return tuple(str(one["message"]) for one in records if one.get("log.level", "error") == "error")

    @property
    def last_words(self) -> str:
        """The last mistake, but for a traceback."""
        words = [line for line in self.mistakes if not line.startswith((" ", "Traceback "))]
        return next(reversed(words), "it says nothing")


def parse_record(line: str) -> dict[str, Any]:
    """A line of a log as ECS has it; a plain one is its message alone."""
    try:
        record = json.loads(line)
    except ValueError:
        return {"message": line}
    return record if isinstance(record, dict) and "message" in record else {"message": line}


@dataclass(frozen=True)
class Command:
    """A command of this machine.

    Attributes:
        user: the id of the user that it runs as; None for ours.

    """

    words: tuple[str, ...]
    environment: Mapping[str, str]
    user: int | None = None


def ask(command: Command, limit: float) -> Answer:
    """Run a command to its end, at most so many seconds.

    Raises:
        EngineError: it can't be run.

    """
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        with _started(command, stdout, stderr) as process:
            try:
                code, late = process.wait(limit), False
            except subprocess.TimeoutExpired:
                code, late = _end(process), True
        return Answer(code if code >= 0 else 128 - code, _text(stdout), _text(stderr), late)


@contextmanager
def _started(command: Command, stdout: IO[bytes], stderr: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    others: dict[str, Any] = {} if command.user is None else {"extra_groups": []}
    try:
        process = subprocess.Popen(
            command.words,
            env=command.environment,
            cwd="/",  # as in a container
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            user=command.user,
            group=command.user,
            start_new_session=True,  # Ctrl-C reaches hookkit alone
            **others,
        )
    except OSError as error:
        raise EngineError(Problem(command.words[0], f"can't be run: {error.strerror}")) from None
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> int:
    """Ask a process to end, and make it where it does not heed that."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read(KEPT_BYTES).decode("utf-8", "replace")

"""A program of this machine becomes its answer, within seconds: one that hangs is killed with all that it started."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hookkit.image.words import in_short, without_passwords

PATIENCE_SECONDS: Final = 2.0
_LONGEST: Final = 120


@dataclass(frozen=True)
class Answer:
    """What a program said.

    Attributes:
        text: on its standard output.
        failure: why that is no answer, in a few words; "" where it is one.
        errors: on its standard error.

    """

    text: str
    failure: str = ""
    errors: str = ""

    @property
    def first_line(self) -> str:
        """The first line that says anything."""
        return in_short(next((line for line in self.text.splitlines() if line.strip()), ""), _LONGEST)


def ask(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    *,
    seconds: float = PATIENCE_SECONDS,
) -> Answer:
    """Run a program that is to answer at once; nobody types anything into it."""
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe,
            start_new_session=True,  # a group of its own: all of it can be killed
        )  # fmt: skip
    except OSError as error:
        return Answer("", f"can't be started: {error.strerror}")
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _kill(process)
        return Answer("", f"gives no answer within {PATIENCE_SECONDS:g} s")
    return _answer(process.returncode, output.decode(errors="replace"), errors.decode(errors="replace"))


def _answer(exit_code: int, output: str, errors: str) -> Answer:
    if not exit_code:
        return Answer(output.strip())
    ended = f"exit code {exit_code}" if exit_code > 0 else f"killed by {signal.Signals(-exit_code).name}"
    last_line = next(reversed((errors.strip() or output.strip()).splitlines()), "it says nothing")
    failure = in_short(without_passwords(f"fails ({ended}): {last_line}"), _LONGEST)
    return Answer(output.strip(), failure, errors.strip())


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()

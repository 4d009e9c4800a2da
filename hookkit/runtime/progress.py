"""Progress becomes Argo's progress file, a bar on a terminal, and spaced-out log records everywhere else."""

import os
import sys
import time
from pathlib import Path
from typing import Final, Self, TextIO

from hookkit.contract import PROGRESS_VARIABLE
from hookkit.runtime.logs import own_logger
from hookkit.secret import MASK

#: Argo reads the file every 3 s, hookkit's bar more often; a log needs no more than a record in that time.
_FILE_SECONDS: Final = 0.2
_LOG_SECONDS: Final = 3.0
_BAR_SECONDS: Final = 0.1
_BAR_WIDTH: Final = 30
#: Argo reads numbers of 64 bits.
_MOST_STEPS: Final = 2**63 - 1


class ProgressReporter:
    """Reports to whoever looks; the first and the last report are always shown."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.__stderr__ or sys.stderr
        self._terminal = self._stream.isatty()
        self._pause = _BAR_SECONDS if self._terminal else _LOG_SECONDS
        self._next = self._next_file = 0.0
        self._bar_stands = False

    def __call__(self, done: float, total: float, message: str) -> None:
        now = time.monotonic()
        if now >= self._next_file or done >= total:
            self._next_file = now + _FILE_SECONDS
            write_progress_file(done, total)
        if now < self._next and done < total:
            return
        self._next = now + self._pause
        if self._terminal:
            self._draw(done, total, message)
        else:
            self._log(done, total, message)

    def _draw(self, done: float, total: float, message: str) -> None:
        filled = int(_BAR_WIDTH * done / total)
        bar = "━" * filled + "─" * (_BAR_WIDTH - filled)
        words = MASK.hide(" ".join(message.split()))
        self._stream.write(f"\r\x1b[K{bar} {done / total:4.0%} {words}")
        self._bar_stands = done < total
        if not self._bar_stands:
            self._stream.write("\n")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar_stands:  # it did not come to its end, and the next line must not follow it
            self._stream.write("\n")

    @staticmethod
    def _log(done: float, total: float, message: str) -> None:
        facts = {"progress.done": done, "progress.total": total}
        own_logger().info("%s", f"{done / total:.0%} {message}".rstrip(), extra=facts)


def write_progress_file(done: float, total: float) -> None:
    """Write `N/M`, whole numbers, into the file that Argo names (truncate and write)."""
    path = os.environ.get(PROGRESS_VARIABLE)
    if not path:
        return
    whole = done == int(done) and total == int(total) and total <= _MOST_STEPS
    text = f"{int(done)}/{int(total)}" if whole else f"{int(1000 * (done / total))}/1000"
    try:
        Path(path).write_text(text, encoding="ascii")
    except OSError:  # a hook must not fail for want of a progress bar
        return

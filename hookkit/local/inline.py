"""Runs a hook in this very interpreter, for debuggers and notebooks: no second process, and nothing is enforced."""

import io
import json
import logging
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from hookkit.contract import ERROR_FILE
from hookkit.local.process import ProcessRunner
from hookkit.local.report import RunReport
from hookkit.local.run import Ended, KeptLog, LocalRun, LogSink, Told, make_report
from hookkit.local.signals import forwarded_signals
from hookkit.runtime.call import read_call
from hookkit.runtime.execution import run_hook
from hookkit.runtime.journal import Journal
from hookkit.runtime.logs import formatter_of, log_outcome
from hookkit.runtime.outcome import Outcome
from hookkit.runtime.stopping import forget_stop_request, stop
from hookkit.runtime.target import find_hook
from hookkit.secret import MASK


class InlineRunner:
    """Imports the hook here and calls it."""

    name = "inline"

    def command(self, run: LocalRun) -> list[str]:
        """The command that comes nearest: the same call as a process."""
        return ProcessRunner().command(run)

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end; see `Runner.run`."""
        kept = KeptLog(log)
        start = time.monotonic()
        with _importable(run), _logged_to(kept, run.log_format), forwarded_signals(stop):
            outcome = _execute(run)
        ended = Ended(outcome.exit_code, time.monotonic() - start)
        told = Told(outcome, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        return make_report(run, self.name, ended, told, kept)


def _execute(run: LocalRun) -> Outcome:
    forget_stop_request()
    with Journal() as journal:
        try:
            function, spec = find_hook(str(run.spec.entry_point))
            call = read_call(spec, run.arguments(), run.secret_variables())
            return Outcome(results=run_hook(function, spec, call, journal))
        except BaseException as error:  # noqa: BLE001 - whatever a hook raises becomes its outcome
            outcome = Outcome.of(error).masked(MASK.hide)
            log_outcome(outcome)
            _leave_error(outcome, journal)
            return outcome


def _leave_error(outcome: Outcome, journal: Journal) -> None:
    """`error.json` where the supervisor would leave it."""
    staging = journal.read().staging
    if staging and (output := staging[0].parent).is_dir():
        text = json.dumps(outcome.error_to_json(), indent=2) + "\n"
        (output / ERROR_FILE).write_text(text, encoding="utf-8")


@contextmanager
def _importable(run: LocalRun) -> Iterator[None]:
    sys.path.insert(0, str(run.project.code_root))
    try:
        yield
    finally:
        sys.path.remove(str(run.project.code_root))


class _SinkHandler(logging.Handler):
    def __init__(self, sink: LogSink) -> None:
        super().__init__()
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).split("\n"):
            self._sink(line)


class _PrintedLines(io.TextIOBase):
    """A stream whose lines go to a sink. A prompt has no newline: it goes when the stream is flushed."""

    def __init__(self, sink: LogSink) -> None:
        self._sink = sink
        self._partial = ""

    def write(self, text: str) -> int:
        *lines, self._partial = (self._partial + text).split("\n")
        for line in lines:
            self._sink(line)
        return len(text)

    def flush(self) -> None:
        if self._partial:
            self._sink(self._partial)
            self._partial = ""

    def writable(self) -> bool:
        return True


@contextmanager
def _logged_to(sink: LogSink, log_format: str) -> Iterator[None]:
    """Records of INFO and above, and what is printed, go to the sink while the block runs; with ECS all as records."""
    root, handler = logging.getLogger(), _SinkHandler(sink)
    handler.setFormatter(formatter_of(log_format))
    printed = _PrintedLines(logging.getLogger("stdout").info if log_format == "ecs" else sink)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        with redirect_stdout(printed):
            yield
        printed.flush()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

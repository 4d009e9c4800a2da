"""Runs a hook in this very interpreter, for debuggers and notebooks: no second process, and nothing is enforced."""

import logging
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO, cast

from hookkit.local.enforcement import nothing_enforced
from hookkit.local.log import KeptLog, LogSink
from hookkit.local.process import ProcessRunner
from hookkit.local.run import Ended, LocalRun, Told, Verdict, make_report
from hookkit.local.signals import forwarded_signals
from hookkit.report import RunReport
from hookkit.runtime.call import read_call
from hookkit.runtime.execution import run_hook, take_option_variables
from hookkit.runtime.journal import Journal
from hookkit.runtime.logs import PrintedLines, formatter_of, log_outcome, rendered
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
        with _importable(run), _no_option_variables(), _logged_to(kept, run.log_format), forwarded_signals(stop):
            outcome = _execute(run)
        ended = Ended(outcome.exit_code, time.monotonic() - start)
        told = Told(outcome, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        return make_report(run, self.name, ended, told, kept, Verdict(nothing_enforced()))


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
            for folder in journal.read().staging[:1]:
                outcome.leave_error_file(folder.parent)
            return outcome


@contextmanager
def _importable(run: LocalRun) -> Iterator[None]:
    sys.path.insert(0, str(run.project.code_root))
    try:
        yield
    finally:
        sys.path.remove(str(run.project.code_root))


@contextmanager
def _no_option_variables() -> Iterator[None]:
    """As in the container, no child of the hook inherits what is meant for it."""
    taken = take_option_variables()
    try:
        yield
    finally:
        os.environ.update(taken)


class _SinkHandler(logging.Handler):
    def __init__(self, sink: LogSink) -> None:
        super().__init__()
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).split("\n"):
            self._sink(line)


@contextmanager
def _logged_to(sink: LogSink, log_format: str) -> Iterator[None]:
    """Records of INFO and above, and what is printed, go to the sink while the block runs; with ECS all as records."""
    root, handler = logging.getLogger(), _SinkHandler(sink)
    handler.setFormatter(formatter_of(log_format))
    printed = PrintedLines(sys.stdout, logging.getLogger("stdout").info if log_format == "ecs" else sink)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        with redirect_stdout(cast("TextIO", printed)), redirect_stderr(rendered(sys.stderr, MASK.hide)):
            yield
            printed.flush()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

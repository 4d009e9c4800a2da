"""Runs a hook in this very interpreter, for debuggers and notebooks: no second process, and nothing is enforced."""

import logging
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from hookkit.local.process import ProcessRunner
from hookkit.local.report import RunReport, measure_outputs
from hookkit.local.run import KeptLog, LocalRun, LogSink
from hookkit.runtime.call import read_call
from hookkit.runtime.execution import run_hook
from hookkit.runtime.journal import Journal
from hookkit.runtime.logs import EcsFormatter, TextFormatter, log_outcome
from hookkit.runtime.outcome import Outcome
from hookkit.runtime.target import find_hook


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
        with _importable(run), _logged_to(kept, run.log_format), redirect_stdout(sys.stderr):
            outcome = _execute(run)
        return RunReport(
            hook=run.spec.name,
            engine=self.name,
            exit_code=outcome.exit_code,
            duration_seconds=round(time.monotonic() - start, 3),
            peak_memory_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            message=outcome.last_words,
            outputs=measure_outputs(run.call.outputs),
            log=kept.lines,
        )


def _execute(run: LocalRun) -> Outcome:
    try:
        function, spec = find_hook(str(run.spec.entry_point))
        with Journal() as journal:
            run_hook(function, spec, read_call(spec, run.arguments(), {}), journal)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a hook raises becomes its outcome
        outcome = Outcome.of(error)
        log_outcome(outcome)
        return outcome
    return Outcome()


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
        self._sink(self.format(record))


@contextmanager
def _logged_to(sink: LogSink, log_format: str) -> Iterator[None]:
    """Records of INFO and above go to the sink while the block runs."""
    root, handler = logging.getLogger(), _SinkHandler(sink)
    handler.setFormatter(EcsFormatter() if log_format == "ecs" else TextFormatter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

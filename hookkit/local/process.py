"""Runs a hook as a process of the hook's own Python: the same runtime as in the container, on this machine's paths."""

import subprocess
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import IO, Final

from hookkit.contract import LOG_FORMAT_VARIABLE, OUTCOME_VARIABLE
from hookkit.errors import EngineError, Problem
from hookkit.local.report import RunReport, measure_outputs
from hookkit.local.run import KeptLog, LocalRun, LogSink, Told
from hookkit.local.signals import forwarded_signals
from hookkit.project import hook_command, hook_environment

#: A line longer than this comes in pieces, so that memory stays flat.
_LONGEST_LINE: Final = 64 * 1024
#: What the hook left running may hold its log open; it isn't waited for longer than this.
_LOG_SECONDS: Final = 2.0


class ProcessRunner:
    """`python -m hookkit.runtime …` in the hook's own Python."""

    name = "process"

    def command(self, run: LocalRun) -> list[str]:
        """The command with the one variable that it can't do without."""
        return ["env", f"PYTHONPATH={hook_environment(run.project)['PYTHONPATH']}", *_command(run)]

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end; see `Runner.run`."""
        kept = KeptLog(log)
        with tempfile.TemporaryDirectory(prefix="hookkit-") as folder:
            outcome = Path(folder, "outcome.json")
            environment = hook_environment(run.project) | {
                LOG_FORMAT_VARIABLE: run.log_format,
                OUTCOME_VARIABLE: str(outcome),
            }
            start = time.monotonic()
            exit_code = _run(_command(run), environment, kept)
            duration = time.monotonic() - start
            told = Told.read(outcome)
        return RunReport(
            hook=run.spec.name,
            engine=self.name,
            exit_code=exit_code,
            duration_seconds=round(duration, 3),
            peak_memory_bytes=told.peak_memory_bytes,
            message=told.message,
            outputs=measure_outputs(run.call.outputs),
            log=kept.lines,
        )


def _command(run: LocalRun) -> list[str]:
    return [*hook_command(run.project, str(run.spec.entry_point)), *run.arguments()]


def _run(command: list[str], environment: dict[str, str], log: LogSink) -> int:
    """Exit code of a command whose output goes to a log."""
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches hookkit alone, which forwards it once
        )
    except OSError as error:
        raise EngineError(
            Problem(command[0], f"can't be run: {error.strerror}", "mend [tool.hookkit] python")
        ) from None
    reader = Thread(target=_read_lines, args=(process.stdout, log), daemon=True)
    with forwarded_signals(process.send_signal):
        reader.start()
        code = process.wait()
        reader.join(_LOG_SECONDS)
    return code if code >= 0 else 128 - code


def _read_lines(stream: IO[bytes], log: LogSink) -> None:
    while line := stream.readline(_LONGEST_LINE):
        log(line.decode("utf-8", "replace").rstrip("\r\n"))

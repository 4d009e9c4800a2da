"""Runs a hook as a process of the hook's own Python: the same runtime as in the container, on this machine's paths."""

import os
import select
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from hookkit.contract import LOG_FORMAT_VARIABLE, OUTCOME_VARIABLE, PROGRESS_VARIABLE
from hookkit.errors import EngineError, Problem
from hookkit.local.run import LONGEST_LINE, Ended, KeptLog, LocalRun, LogSink, Told, Verdict, log_lines, make_report
from hookkit.local.signals import forwarded_signals
from hookkit.project import hook_command, hook_environment
from hookkit.report import RunReport

#: How often a silent hook is looked at: what it left running may hold its log open, which then never ends.
_GLANCE_SECONDS: Final = 0.5


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
            start = time.monotonic()
            exit_code = _run(_command(run), _environment(run, outcome), kept)
            ended = Ended(exit_code, time.monotonic() - start)
            return make_report(run, self.name, ended, Told.read(outcome), kept, Verdict())


def _environment(run: LocalRun, outcome: Path) -> dict[str, str]:
    progress = {PROGRESS_VARIABLE: str(run.progress_file)} if run.progress_file else {}
    own = {LOG_FORMAT_VARIABLE: run.log_format, OUTCOME_VARIABLE: str(outcome)}
    return hook_environment(run.project) | own | progress | run.secret_variables()


def _command(run: LocalRun) -> list[str]:
    return [*hook_command(run.project, str(run.spec.entry_point)), *run.arguments()]


def _run(command: list[str], environment: dict[str, str], log: LogSink) -> int:
    """Exit code of a command whose output goes to a log; nothing of it is left running, whatever happens."""
    with forwarded_signals() as stops:
        process = _start(command, environment)
        stops.forward_to(process.send_signal)
        try:
            for line in log_lines(iter(lambda: _next_chunk(process), b"")):
                log(line)
            code = process.wait()
        finally:
            _stop(process)
    return code if code >= 0 else 128 - code


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            bufsize=0,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches hookkit alone, which forwards it once
        )
    except OSError as error:
        problem = Problem(command[0], f"can't be run: {error.strerror}", "mend [tool.hookkit] python")
        raise EngineError(problem) from None


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the hook where it still runs: the log could not be shown, since whoever read it has gone."""
    if process.stdout:
        process.stdout.close()
    process.terminate()
    process.wait()


def _next_chunk(process: subprocess.Popen[bytes]) -> bytes:
    """What is printed next; nothing once the process ended and all that it printed is read."""
    assert process.stdout  # noqa: S101 - a pipe was asked for
    stream = process.stdout.fileno()
    while True:
        ended = process.poll() is not None  # asked before looking: what it printed is in the pipe by then
        if select.select([stream], [], [], 0 if ended else _GLANCE_SECONDS)[0]:
            return os.read(stream, LONGEST_LINE)
        if ended:
            return b""

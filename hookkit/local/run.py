"""LocalRun: one call of a hook on this machine, and the protocol of what runs it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from hookkit.contract import ExitCode
from hookkit.local.log import KeptLog, LogSink
from hookkit.local.outputs.largefiles import Watch, unwatched
from hookkit.local.outputs.links import links_outside
from hookkit.local.outputs.measuring import measure_outputs
from hookkit.project import Project
from hookkit.report import Enforcement, RunReport, Violation
from hookkit.runtime.call import Call, option_variable
from hookkit.runtime.command_line import render_arguments
from hookkit.runtime.outcome import Outcome
from hookkit.spec import HookSpec


@dataclass(frozen=True)
class LocalRun:
    """A checked call of a project's hook.

    Attributes:
        progress_file: gets `N/M` while the hook reports progress, as Argo has it.
        watch: is told how far the outputs are measured, in bytes, when they are large.

    """

    project: Project
    spec: HookSpec
    call: Call
    log_format: str = "text"
    progress_file: Path | None = None
    watch: Watch = unwatched

    def arguments(self, inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> list[str]:
        """The container's argv of this call; places are this machine's unless others are given."""
        places = {name: str(place) for name, place in self.call.inputs.items() if place is not None}
        return render_arguments(
            self.spec,
            inputs if inputs is not None else places,
            outputs if outputs is not None else {name: str(place) for name, place in self.call.outputs.items()},
            {option.name: option.type.write(self.call.options[option.name]) for option in self.spec.options},
        )

    def secret_variables(self) -> dict[str, str]:
        """The secrets as a hook's process gets them: in its environment, never on its command line."""
        return {option_variable(name): secret.reveal() for name, secret in self.call.secrets.items() if secret}


class Ended(NamedTuple):
    """A hook's process or container that ended: its exit code, and the wall time that it took in seconds."""

    exit_code: int
    seconds: float


class Runner(Protocol):
    """Runs a hook somewhere."""

    def command(self, run: LocalRun) -> list[str]:
        """The command that `run` amounts to, to be shown."""

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end.

        Raises:
            EngineError: what runs it failed, not the hook.

        """


class Told(NamedTuple):
    """What the runtime told its runner: the outcome, and the peak memory in bytes, if it came so far."""

    outcome: Outcome = Outcome()
    peak_memory_bytes: int | None = None

    @classmethod
    def read(cls, file: Path) -> "Told":
        """Read the file that the runtime was given with `HOOKKIT_OUTCOME_FILE`."""
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            return cls(Outcome.from_json(data), int(data["peak_memory_bytes"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def saying(self, words: str) -> "Told":
        """The same with other last words, where the runner knows better."""
        return self._replace(outcome=self.outcome.replace(message=words))


@dataclass(frozen=True)
class Verdict:
    """What came of the platform's rules in a run."""

    enforcement: tuple[Enforcement, ...] = ()
    violations: tuple[Violation, ...] = ()


def make_report(  # noqa: PLR0913, PLR0917 - what a runner learned
    run: LocalRun, engine: str, ended: Ended, told: Told, log: KeptLog, verdict: Verdict
) -> RunReport:
    """Put together what a runner learned, and measure the outputs; a product that would not arrive fails the run."""
    leaving = links_outside(run.call.outputs) if ended.exit_code == ExitCode.DONE else ()
    if leaving:
        ended, told = ended._replace(exit_code=ExitCode.HOOK_FAILED), told.saying(leaving[0].what)
        told.outcome.replace(exit_code=ended.exit_code).leave_error_file(next(iter(run.call.outputs.values())))
    return RunReport(
        hook=run.spec.name,
        engine=engine,
        exit_code=ended.exit_code,
        duration_seconds=round(ended.seconds, 3),
        peak_memory_bytes=told.peak_memory_bytes,
        message=told.outcome.last_words,
        results=told.outcome.results,
        outputs=measure_outputs(run.call.outputs, run.watch),
        log=log.lines,
        enforcement=verdict.enforcement,
        violations=(*verdict.violations, *leaving),
    )

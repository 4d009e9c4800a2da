"""Runs a hook as a process of its own Python, confined to the platform's rules: the container's runtime, here."""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookkit.bundle import runtime_path
from hookkit.cache import Cache
from hookkit.contract import LOG_FORMAT_VARIABLE, OUTCOME_VARIABLE, PROGRESS_VARIABLE, ExitCode
from hookkit.errors import Problem
from hookkit.image.code import code_entries
from hookkit.local.enforcement import enforcement_of, lacking
from hookkit.local.interpreter import PythonFolders, python_folders
from hookkit.local.run import Ended, KeptLog, LocalRun, LogSink, Told, Verdict, make_report
from hookkit.local.violations import Surroundings, exceeding, find_violations
from hookkit.project import contained_environment, hook_command, hook_environment
from hookkit.report import RunReport

if TYPE_CHECKING:
    from hookkit.local.sandbox.confinement import Steps
    from hookkit.local.sandbox.policy import Policy
    from hookkit.local.sandbox.running import Finished

#: Numbers that no user has, and that a container with few users of its own knows, too.
_NOBODYS: Final = range(20_000, 60_000)


@dataclass(frozen=True)
class ProcessRunner:
    """`python -m hookkit.runtime …` in the hook's own Python.

    Attributes:
        strict: whether a run is refused where a rule can't be enforced.

    """

    strict: bool = False

    name = "process"

    def command(self, run: LocalRun) -> list[str]:
        """The command with the one variable that it can't do without."""
        return ["env", f"PYTHONPATH={hook_environment(run.project)['PYTHONPATH']}", *_command(run)]

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end; see `Runner.run`."""
        from hookkit.local.sandbox.running import Command, run_confined

        kept = KeptLog(log)
        python = python_folders(run.project, Cache.of_user())
        with _volume(run) as volume:
            policy = plan_policy(run, python, code_entries(run.project), volume)
            advice = "mend [tool.hookkit] python"
            command = Command(
                _command(run), _environment(run, python, volume), advice, objections=partial(self._objections, policy)
            )
            finished = run_confined(command, policy, kept)
            _hand_back(policy)
            told = Told.read(volume.outcome)
        return _report(run, finished, policy, told, kept)

    def _objections(self, policy: "Policy", steps: "Steps") -> tuple[Problem, ...]:
        """Why the hook isn't started like this: rules that can't be enforced, where they have to be."""
        remedy = "run `hookkit doctor` to see what is missing, or go without --require-sandbox"
        found = lacking(enforcement_of(steps, policy)) if self.strict else ()
        return tuple(Problem(f"rule {one.rule}", f"can't be enforced here: {one.how}", remedy) for one in found)


@dataclass(frozen=True)
class Volume:
    """What a run writes: its outputs, the runtime's word at the end, a folder for who has no output, its progress."""

    outputs: tuple[Path, ...]
    outcome: Path
    home: Path
    progress: Path | None = None

    @property
    def writable(self) -> tuple[Path, ...]:
        """All of it."""
        return (
            *self.outputs,
            self.outcome,
            *([] if self.outputs else [self.home]),
            *([self.progress] if self.progress else []),
        )


@contextmanager
def _volume(run: LocalRun) -> Iterator[Volume]:
    """Make the folders, which have to be there before anybody is confined to them; empty ones go again."""
    outputs = tuple(run.call.outputs.values())
    made = [folder for output in outputs for folder in _make(output)]
    try:
        with tempfile.TemporaryDirectory(prefix="hookkit-") as folder:
            home, outcome = Path(folder, "volume"), Path(folder, "outcome.json")
            home.mkdir()
            outcome.touch()
            yield Volume(outputs, outcome, home, run.progress_file)
    finally:
        for place in reversed(made):
            with suppress(OSError):  # it holds something
                place.rmdir()


def _make(folder: Path) -> list[Path]:
    """Make a folder and those above it; the ones that were not there. What can't be made is the runtime's to tell."""
    missing = []
    with suppress(OSError):
        missing = [one for one in (*reversed(folder.parents), folder) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    return missing


def _hand_back(policy: "Policy") -> None:
    """What the hook wrote as nobody becomes the caller's."""
    if policy.user is None:
        return
    for place in policy.writable:
        for below, folders, files in os.walk(place):
            for path in (below, *(f"{below}/{name}" for name in (*folders, *files))):
                if os.lstat(path).st_uid == policy.user:
                    os.lchown(path, os.getuid(), os.getgid())


# ---------------------------------------------------------------- what the process gets


def plan_policy(run: LocalRun, python: PythonFolders, code: list[Path], volume: Volume) -> "Policy":
    """What the hook's process may do: read what its container would have, write the volume, use what is declared."""
    from hookkit.local.sandbox.policy import Policy

    inputs = [place for place in run.call.inputs.values() if place is not None]
    return Policy(
        readable=(*python.folders, runtime_path(), *code, *inputs),
        listed=(run.project.code_root,),
        writable=volume.writable,
        network=run.spec.network,
        cpus=run.spec.resources.cpu.amount,
        memory_bytes=int(run.spec.resources.memory.amount),
        seconds=float(run.spec.timeout_seconds),
        user=None if os.getuid() else random.choice(_NOBODYS),  # noqa: S311 - any will do
    )


def _environment(run: LocalRun, python: PythonFolders, volume: Volume) -> dict[str, str]:
    progress = {PROGRESS_VARIABLE: str(run.progress_file)} if run.progress_file else {}
    own = {LOG_FORMAT_VARIABLE: run.log_format, OUTCOME_VARIABLE: str(volume.outcome), "TMPDIR": str(volume.home)}
    packages = {"PYTHONUSERBASE": python.user_base} if python.user_base else {}
    return contained_environment(run.project) | packages | own | progress | run.secret_variables()


def _command(run: LocalRun) -> list[str]:
    return [*hook_command(run.project, str(run.spec.entry_point)), *run.arguments()]


# ---------------------------------------------------------------- what came of it


def _report(run: LocalRun, finished: "Finished", policy: "Policy", told: Told, log: KeptLog) -> RunReport:
    peak = max(finished.peak_memory_bytes, told.peak_memory_bytes or 0) or None
    found = find_violations(told.outcome, finished.refusals, _surroundings(run, policy), log.lines)
    exit_code = finished.exit_code
    if finished.exceeded:
        found = (exceeding(finished.exceeded, run.spec), *found)
        told, exit_code = told.saying(found[0].what), ExitCode.KILLED
    verdict = Verdict(enforcement_of(finished.steps, policy), found)
    ended = Ended(exit_code, finished.seconds)
    return make_report(run, ProcessRunner.name, ended, told._replace(peak_memory_bytes=peak), log, verdict)


def _surroundings(run: LocalRun, policy: "Policy") -> Surroundings:
    from hookkit.local.sandbox.policy import DEVICES, SYSTEM_FILES, SYSTEM_FOLDERS

    code = run.project.code_root
    inputs = tuple(str(place) for place in run.call.inputs.values() if place is not None)
    return Surroundings(
        code=str(code),
        own_code=code,
        project=run.project.root,
        writable=tuple(str(place) for place in (*policy.writable, *DEVICES)),
        inputs=inputs,
        readable=tuple(str(place) for place in (*policy.readable, *SYSTEM_FOLDERS, *SYSTEM_FILES)),
    )

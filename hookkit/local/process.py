"""Runs a hook as a process of its own Python, confined to the platform's rules: the container's runtime, here."""

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from hookkit.cache import Cache
from hookkit.contract import ExitCode
from hookkit.errors import Problem
from hookkit.local.enforcement import enforcement_of, objections_to
from hookkit.local.interpreter import python_folders
from hookkit.local.log import KeptLog, LogSink
from hookkit.local.run import Ended, LocalRun, Told, Verdict, make_report
from hookkit.project import hook_command, hook_environment
from hookkit.report import RunReport, Violation

if TYPE_CHECKING:
    from hookkit.local.processplan import ProcessPlan
    from hookkit.local.sandbox.confinement import Steps
    from hookkit.local.sandbox.policy import Policy
    from hookkit.local.sandbox.running import Finished


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
        command = [*hook_command(run.project, str(run.spec.entry_point)), *run.arguments()]
        return ["env", f"PYTHONPATH={hook_environment(run.project)['PYTHONPATH']}", *command]

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end; see `Runner.run`."""
        # Its system calls take ctypes, which other commands do without.
        from hookkit.local.processplan import planned
        from hookkit.local.sandbox.running import Command, run_confined

        kept = KeptLog(log)
        with planned(run, python_folders(run.project, Cache.of_user())) as plan:
            objections = partial(self._objections, plan.policy)
            command = Command(plan.command, plan.environment, "mend [tool.hookkit] python", objections=objections)
            try:
                finished = run_confined(command, plan.policy, kept)
            finally:  # also where the log could not be shown
                _hand_back(plan.policy)
            return _report(plan, finished, kept)

    def _objections(self, policy: "Policy", steps: "Steps") -> tuple[Problem, ...]:
        """Why the hook isn't started like this: rules that can't be enforced, where they have to be."""
        return objections_to(enforcement_of(steps, policy)) if self.strict else ()


def _hand_back(policy: "Policy") -> None:
    """What the hook wrote as nobody becomes the caller's."""
    if policy.user is None:
        return
    for place in policy.writable:
        for below, folders, files in os.walk(place):
            for path in (below, *(f"{below}/{name}" for name in (*folders, *files))):
                if os.lstat(path).st_uid == policy.user:
                    os.lchown(path, os.getuid(), os.getgid())


def _report(plan: "ProcessPlan", finished: "Finished", log: KeptLog) -> RunReport:
    told = Told.read(plan.volume.outcome)
    peak = max(finished.peak_memory_bytes, told.peak_memory_bytes or 0) or None
    found, exit_code = _violations(plan, finished, told, log), finished.exit_code
    if finished.exceeded:
        told, exit_code = told.saying(found[0].what), ExitCode.KILLED
    verdict = Verdict(enforcement_of(finished.steps, plan.policy), found)
    ended = Ended(exit_code, finished.seconds)
    return make_report(plan.run, ProcessRunner.name, ended, told._replace(peak_memory_bytes=peak), log, verdict)


def _violations(plan: "ProcessPlan", finished: "Finished", told: Told, log: KeptLog) -> tuple[Violation, ...]:
    """What the hook did against the rules; a run that says nothing did nothing."""
    if not (finished.exit_code or finished.exceeded or finished.refusals or log.lines):
        return ()
    from hookkit.local.violations.finding import exceeding, find_violations

    found = find_violations(told.outcome, finished.refusals, plan.surroundings, log.lines)
    return (exceeding(finished.exceeded, plan.run.spec), *found) if finished.exceeded else found

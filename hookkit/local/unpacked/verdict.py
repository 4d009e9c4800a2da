"""How an image that ran without an engine ended becomes the report: its exit code, last words, rules and Violations."""

import os

from hookkit.contract import IMAGE_CODE, ExitCode
from hookkit.local.containerplan import surroundings_in_image
from hookkit.local.log import KeptLog
from hookkit.local.run import Ended, LocalRun, Told, Verdict, make_report
from hookkit.local.sandbox.policy import DEVICES, KERNEL_FOLDERS, SYSTEM_FILES, Policy
from hookkit.local.sandbox.running import Finished
from hookkit.local.unpacked.ways import Way, enforcement_by
from hookkit.local.violations.finding import Surroundings, exceeding, find_violations
from hookkit.report import RunReport


def report_of(  # noqa: PLR0913, PLR0917 - what a runner learned
    run: LocalRun, way: Way, policy: Policy, finished: Finished, told: Told, log: KeptLog
) -> RunReport:
    """Put together what was learned."""
    around = surroundings_in_image(run) if way.has_root else _on_this_machine(run, policy)
    found = find_violations(told.outcome, finished.refusals, around, log.lines)
    exit_code = finished.exit_code
    if finished.exceeded:
        found = (exceeding(finished.exceeded, run.spec), *found)
        told, exit_code = told.saying(found[0].what), ExitCode.KILLED
    peak = max(finished.peak_memory_bytes, told.peak_memory_bytes or 0) or None
    verdict = Verdict(enforcement_by(way, finished.steps, policy), found)
    ended = Ended(exit_code, finished.seconds)
    return make_report(run, f"container {way.name}", ended, told._replace(peak_memory_bytes=peak), log, verdict)


def _on_this_machine(run: LocalRun, policy: Policy) -> Surroundings:
    """What is seen of an image where it has no root of its own; its code is the first of what can be read."""
    root, *_ = policy.readable
    writable, readable = (*policy.writable, *DEVICES), (*policy.readable, *KERNEL_FOLDERS, *SYSTEM_FILES)
    return Surroundings(
        code=f"{root}{IMAGE_CODE}",
        own_code=run.project.code_root,
        project=run.project.root,
        writable=tuple(dict.fromkeys([*map(str, writable), *map(os.path.realpath, writable)])),
        inputs=tuple(str(place) for place in run.call.inputs.values() if place is not None),
        readable=tuple(map(os.path.realpath, readable)),
    )

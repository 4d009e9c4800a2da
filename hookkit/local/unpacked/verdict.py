"""How an image that ran without an engine ended becomes the report: its exit code, last words, rules and Violations."""

from hookkit.contract import IMAGE_CODE, ExitCode
from hookkit.local.containerplan import input_targets
from hookkit.local.log import KeptLog
from hookkit.local.run import Ended, LocalRun, Told, Verdict, make_report
from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.running import Finished
from hookkit.local.unpacked.ways import Way, enforcement_by
from hookkit.local.violations import Surroundings, exceeding, find_violations
from hookkit.manifest import output_places
from hookkit.report import RunReport


def report_of(  # noqa: PLR0913, PLR0917 - what a runner learned
    run: LocalRun, way: Way, policy: Policy, finished: Finished, told: Told, log: KeptLog
) -> RunReport:
    """Put together what was learned."""
    around = _in_root(run) if way.has_root else _on_this_machine(run, policy)
    found = find_violations(told.outcome, finished.refusals, around, log.lines)
    exit_code = finished.exit_code
    if finished.exceeded:
        found = (exceeding(finished.exceeded, run.spec), *found)
        told, exit_code = told.saying(found[0].what), ExitCode.KILLED
    peak = max(finished.peak_memory_bytes, told.peak_memory_bytes or 0) or None
    verdict = Verdict(enforcement_by(way, finished.steps, policy), found)
    ended = Ended(exit_code, finished.seconds)
    return make_report(run, f"container {way.name}", ended, told._replace(peak_memory_bytes=peak), log, verdict)


def _in_root(run: LocalRun) -> Surroundings:
    return Surroundings(
        code=IMAGE_CODE,
        own_code=run.project.code_root,
        project=run.project.root,
        writable=(*output_places(run.spec).values(), "/dev/shm"),  # noqa: S108 - as on Kubernetes
        inputs=tuple(input_targets(run).values()),
    )


def _on_this_machine(run: LocalRun, policy: Policy) -> Surroundings:
    """What is seen of an image where it has no root of its own; its code is the first of what can be read."""
    root, *_ = policy.readable
    return Surroundings(
        code=f"{root}{IMAGE_CODE}",
        own_code=run.project.code_root,
        project=run.project.root,
        writable=tuple(map(str, policy.writable)),
        inputs=tuple(str(place) for place in run.call.inputs.values() if place is not None),
        readable=tuple(map(str, policy.readable)),
    )

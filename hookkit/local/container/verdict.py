"""How a container ended, and what its runtime told, become the exit code, last words and Violations of a report."""

from typing import Final, NamedTuple

from hookkit.contract import ExitCode
from hookkit.local.container.running import ContainerEnd
from hookkit.local.containerplan import surroundings_in_image
from hookkit.local.run import LocalRun, Told
from hookkit.local.violations.finding import exceeding, find_violations
from hookkit.report import Violation

#: Of the memory that is declared: a hook that was killed with as much in its own process had no more.
_ALL_BUT: Final = 0.75


class Judged(NamedTuple):
    """What a container's end amounts to."""

    exit_code: int
    told: Told
    violations: tuple[Violation, ...]


def judged(run: LocalRun, end: ContainerEnd, told: Told, log: tuple[str, ...]) -> Judged:
    """What the platform would have made of it: a hook that has too much of something is killed as a whole."""
    found = find_violations(told.outcome, (), surroundings_in_image(run), log)
    memory = int(run.spec.resources.memory.amount)
    if ran_out_of_memory(end, told, memory):
        exceeded = exceeding("memory", run.spec)
    elif end.out_of_time:
        exceeded = exceeding("time", run.spec)
    else:
        return Judged(end.exit_code, _with_words(end, told), found)
    return Judged(ExitCode.KILLED, told.saying(exceeded.what), (exceeded, *found))


def ran_out_of_memory(end: ContainerEnd, told: Told, memory_bytes: int) -> bool:
    """Whether it did; where the engine doesn't say so, a hook that was killed with nearly all of it in use did.

    Podman on cgroups v1 does not always say so. A platform kills all of a container for one of its processes, so that
    a hook does not go on without a child program (Kubernetes, memory.oom.group).
    """
    killed = told.outcome.type == "SIGKILL" and not end.out_of_time
    return end.out_of_memory or (killed and (told.peak_memory_bytes or 0) >= _ALL_BUT * memory_bytes)


def _with_words(end: ContainerEnd, told: Told) -> Told:
    """The last words, where nobody in the container could say any."""
    if end.exit_code == ExitCode.DONE or told.outcome.message:
        return told
    if end.killed:
        return told.saying("it did not stop when it was asked to, and was killed")
    if end.exit_code == ExitCode.KILLED:
        return told.saying("the whole container was killed (SIGKILL), from inside or by somebody else")
    return told.saying(f"it ended with exit code {end.exit_code}, without a word: its log may tell why")

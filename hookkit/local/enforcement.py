"""What came of a confinement's steps becomes an Enforcement a rule: enforced and by what, or not and why."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookkit.errors import Problem
from hookkit.local import rules
from hookkit.local.rules import Rule
from hookkit.report import Enforcement, State

if TYPE_CHECKING:
    from hookkit.local.sandbox.confinement import Steps
    from hookkit.local.sandbox.policy import Policy

#: Why a run has no rule but those of the machine.
NOTHING_IS: Final = "inline runs in hookkit's own process, and enforces nothing"

_NOBODY_ASKS: Final = "connections can't be asked about here (seccomp notifications, or Yama's ptrace_scope)"


def enforcement_of(steps: "Steps", policy: "Policy") -> tuple[Enforcement, ...]:
    """What came of each rule in a confined process."""
    found = {rule.name: Enforcement(rule.name, state, how) for rule, state, how in _findings(steps, policy)}
    return tuple(found[name] for name in rules.RULES)


def nothing_enforced() -> tuple[Enforcement, ...]:
    """The same for a run that is not confined."""
    return tuple(Enforcement(name, "not enforced", NOTHING_IS) for name in rules.RULES)


def objections_to(enforcement: tuple[Enforcement, ...]) -> tuple[Problem, ...]:
    """A line for each rule that could not be enforced, where all have to be."""
    remedy = "run `hookkit doctor` to see what is missing, or go without --require-sandbox"
    missing = (one for one in enforcement if one.state == "not enforced")
    return tuple(Problem(f"rule {one.rule}", f"can't be enforced here: {one.how}", remedy) for one in missing)


def _findings(steps: "Steps", policy: "Policy") -> Iterator[tuple[Rule, State, str]]:
    yield from _of_files(steps)
    yield (rules.NETWORK, *_of_network(steps, policy))
    yield (rules.SOCKETS, *_of_sockets(steps))
    yield (rules.PRIVILEGES, *_of_privileges(steps, policy))
    yield (rules.USER, *_of_user(steps, policy))
    shared = f"; /dev/shm is the machine's ({steps.memory})" if steps.memory else ", and a /dev/shm of 64 MiB"
    yield rules.MEMORY, "enforced", f"resident memory of all processes, watched{shared}"
    yield rules.TIME, "enforced", "watched"
    yield (rules.CPU, *_of_cpu(steps, policy))
    yield rules.PROCESSES, "enforced", "watched"
    network = ", and those of this machine's proxies and certificates" if policy.network else " alone"
    yield rules.ENVIRONMENT, "enforced", f"the container's variables{network}"


def _of_files(steps: "Steps") -> Iterator[tuple[Rule, State, str]]:
    if steps.files:
        yield rules.WRITES, "not enforced", steps.files
    elif not steps.listening:
        yield rules.WRITES, "not enforced", "Landlock holds, but modes, owners and times of files can be changed"
    else:
        yield rules.WRITES, "enforced", "Landlock; modes, owners and times of files by seccomp"
    yield (rules.READS, *_state(steps.files, "Landlock; of the system all that this machine has in /usr and the like"))


def _of_privileges(steps: "Steps", policy: "Policy") -> tuple[State, str]:
    """Root's right over files is what lets a user whom nobody is reach the interpreter, the inputs and the outputs."""
    kept = "no capabilities" if os.getuid() else "no capabilities but root's over files, which lifts no other rule"
    if not os.getuid() and steps.files:
        return "not enforced", f"the hook has root's right over files: {steps.files}"
    signals = steps.signals if policy.user is None or steps.user else ""  # who is nobody has no other processes
    return _state(steps.privileges or steps.filter or signals, f"{kept}; no_new_privs, seccomp")


def _of_network(steps: "Steps", policy: "Policy") -> tuple[State, str]:
    if policy.network:
        return "lifted", "the hook declares network=True"
    if steps.network == "own":
        return "enforced", "a network of its own, with a loopback alone"
    return _state(steps.filter, f"seccomp (no network of its own: {steps.namespace})")


def _of_sockets(steps: "Steps") -> tuple[State, str]:
    if not steps.listening:
        return "not enforced", steps.filter or _NOBODY_ASKS
    return "enforced", "seccomp asks about every connection"


def _of_user(steps: "Steps", policy: "Policy") -> tuple[State, str]:
    if policy.user is not None:
        return _state(steps.user, f"a user that nobody is ({policy.user})")
    if os.getuid() == 0:
        return "not enforced", "it runs as root, without root's capabilities"
    return "enforced", "as the user who runs hookkit"


def _of_cpu(steps: "Steps", policy: "Policy") -> tuple[State, str]:
    whole = "" if policy.cpus == int(policy.cpus) else f", rounded up from {policy.cpus:g}"
    return _state(steps.cpus, f"by affinity to processors{whole}")


def _state(problem: str, how: str) -> tuple[State, str]:
    return ("not enforced", problem) if problem else ("enforced", how)

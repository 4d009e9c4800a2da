"""A ContainerPlan and the facts of an engine become what the report says of each of the platform's rules."""

from collections.abc import Iterator

from hookkit.local import rules
from hookkit.local.container.facts import EngineFacts
from hookkit.local.container.running import Patience
from hookkit.local.container.settings import runs_as_root
from hookkit.local.containerplan import ContainerPlan
from hookkit.local.rules import Rule
from hookkit.local.sandbox.policy import MOST_PROCESSES
from hookkit.report import Enforcement


def enforcement_of(plan: ContainerPlan, facts: EngineFacts, patience: Patience) -> tuple[Enforcement, ...]:
    """What comes of every rule in a container of this engine."""
    found = (
        _enforced(rules.WRITES, f"read-only root; the volume, and in memory {_in_memory(facts)}, can be written"),
        _enforced(rules.READS, "nothing is there but the image and the inputs"),
        _network(plan),
        _enforced(rules.SOCKETS, "no socket of this machine is in the container"),
        _enforced(rules.PRIVILEGES, f"no capabilities, no new privileges, {facts.name}'s own filter of system calls"),
        _user(plan, facts),
        *_limits(plan, facts),
        _enforced(rules.TIME, f"SIGTERM after {patience.seconds:g} s, SIGKILL {patience.grace_seconds:g} s later"),
        _enforced(rules.ENVIRONMENT, "the image's own variables and the runtime's"),
    )
    return tuple(sorted(found, key=lambda one: [*rules.RULES].index(one.rule)))


def _enforced(rule: Rule, how: str) -> Enforcement:
    return Enforcement(rule.name, "enforced", how)


def _missing(rule: Rule, why: str) -> Enforcement:
    return Enforcement(rule.name, "not enforced", why)


def _in_memory(facts: EngineFacts) -> str:
    """What engines mount for everybody to write, or for the container's root."""
    return "/dev/shm (64 MiB), message queues" + (" and /dev" if runs_as_root(facts) else "")  # noqa: S108 - its own


def _network(plan: ContainerPlan) -> Enforcement:
    if plan.network:
        return Enforcement(rules.NETWORK.name, "lifted", "the hook declares network=True")
    return _enforced(rules.NETWORK, "a network of its own with nothing but a loopback")


def _user(plan: ContainerPlan, facts: EngineFacts) -> Enforcement:
    if runs_as_root(facts):
        return _missing(rules.USER, "in a rootless Docker only the container's root stands for you outside")
    return _enforced(rules.USER, f"user {plan.user.partition(':')[0]}, not the image's")


def _limits(plan: ContainerPlan, facts: EngineFacts) -> Iterator[Enforcement]:
    unable = f"{facts.name} can't: {facts.why}"
    if facts.memory and facts.swap:
        yield _enforced(rules.MEMORY, f"cgroup: {plan.memory_bytes:,} bytes, no swap")
    else:
        yield _missing(rules.MEMORY, f"{facts.name} can't limit swap: {facts.why}" if facts.memory else unable)
    if facts.cpu:
        yield _enforced(rules.CPU, f"cgroup: {min(plan.cpus, facts.processors):g} of {facts.processors} processors")
    else:
        yield _missing(rules.CPU, unable)
    if facts.processes:
        yield _enforced(rules.PROCESSES, f"cgroup: {MOST_PROCESSES:,} at once")
    else:
        yield _missing(rules.PROCESSES, unable)

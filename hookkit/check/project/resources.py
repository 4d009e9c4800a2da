"""RS: what a hook asks for."""

from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.rules import Family, Flaw, Flaws, Hook, Subject
from hookkit.datatypes import did_you_mean

_MIB: Final = 2**20
_LEAST_MEMORY: Final = 32 * _MIB
_MOST_MEMORY: Final = 2**40
_MOST_CPU: Final = 128
_LEAST_CPU: Final = 0.01
_MOST_SECONDS: Final = 14 * 24 * 3600
_MOST_RETRIES: Final = 20


def _undeclared(subject: Subject) -> Flaws:
    for hook in subject.hooks:
        if hook.is_told_more:
            continue
        missing = [name for name in ("cpu", "memory") if name not in hook.keywords]
        if missing and not any(did_you_mean(one, missing) for one in hook.keywords):  # misspelt: SG101 says so
            said = {"cpu": "cpu=1", "memory": 'memory="1Gi"'}
            what = f"{hook.function.name} declares no {' and no '.join(missing)}"
            values = ", ".join(said[one] for one in missing)
            yield Flaw(hook.module.place(hook.decorator), what, f"write @hook({values}), which is what it gets now")


def _at(hook: Hook, keyword: str, what: str, remedy: str) -> Flaw:
    return Flaw(hook.module.place(hook.keywords.get(keyword, hook.decorator)), what, remedy)


def _memory(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        memory = spec.resources.memory
        if memory.amount < _LEAST_MEMORY:
            what = f"{memory} of memory is less than Python and the runtime need"
            yield _at(hook, "memory", what, 'write at least memory="32Mi", most likely "1Gi"')
        elif memory.amount > _MOST_MEMORY:
            yield _at(hook, "memory", f"{memory} of memory is more than any node has", 'write at most memory="1Ti"')


def _cpu(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        cpu = spec.resources.cpu
        if not _LEAST_CPU <= cpu.amount <= _MOST_CPU:
            words = "more than any node has" if cpu.amount > 1 else "too little to start in time"
            yield _at(hook, "cpu", f"cpu={cpu} is {words}", f"write between 10m and {_MOST_CPU} cores")


def _time(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        if spec.timeout_seconds > _MOST_SECONDS:
            what = f"timeout_seconds={spec.timeout_seconds} is {spec.timeout_seconds // 86400:,} days"
            yield _at(hook, "timeout_seconds", what, "write what a run takes at most, in seconds")
        elif spec.timeout_seconds < 5:  # noqa: PLR2004 - the container's own start takes so long
            what = f"timeout_seconds={spec.timeout_seconds} ends most hooks before they start"
            yield _at(hook, "timeout_seconds", what, "write what a run takes at most, in seconds")


def _retries(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        if spec.retry.limit > _MOST_RETRIES:
            what = f"retries={spec.retry.limit} runs a hook that fails for hours"
            yield _at(hook, "retries", what, "write a small number, such as 2")


FAMILY: Final[Family] = (
    (
        Rule(
            "RS101",
            "a hook declares its cpu and memory",
            "The platform makes them mandatory, and hookkit assumes cpu 1 and memory 1Gi.",
            Severity.WARNING,
        ),
        _undeclared,
    ),
    (Rule("RS102", "memory lies between 32Mi and 1Ti", "Python does not start, or no node has so much."), _memory),
    (Rule("RS103", "cpu lies between 10m and 128", "The hook does not start in time, or no node has so many."), _cpu),
    (
        Rule(
            "RS104",
            "the time limit lies between 5 seconds and 14 days",
            "A hook that is stuck holds its node until then; one that is stopped before it starts never ends.",
            Severity.WARNING,
        ),
        _time,
    ),
    (
        Rule(
            "RS105",
            "a step is tried again at most 20 times",
            "Each waits longer than the one before.",
            Severity.WARNING,
        ),
        _retries,
    ),
)

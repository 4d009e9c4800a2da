"""Facts become what can be done here: the ways to run a hook, the ways to build its image, and what bars the road."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hookkit.check.doctor import building, engine, python, resources, sandbox
from hookkit.check.doctor.fact import Fact, State, Topic

#: Where one of these is missing, nothing goes.
VITAL: Final = (python.PROJECT, building.UV, resources.CACHE, resources.TEMPORARY, resources.PROJECT_ROOM)
#: The first fact of each topic.
_Facts = Mapping[Topic, Fact]


@dataclass(frozen=True)
class Ways:
    """What can be done here.

    Attributes:
        run: the ways to run a hook.
        build: the ways to build its image.
        barred: why this machine needs mending first; empty where it doesn't.

    """

    run: tuple[str, ...]
    build: tuple[str, ...]
    barred: tuple[str, ...]

    def __str__(self) -> str:
        """On one line."""
        run, build = " · ".join(self.run) or "nothing", " · ".join(self.build) or "nothing"
        return f"hooks run as: {run}; images are built by: {build}"


def ways_open(facts: Iterable[Fact]) -> Ways:
    """What follows from the facts."""
    by_topic: dict[Topic, Fact] = {}
    for fact in facts:
        by_topic.setdefault(fact.topic, fact)
    return Ways(tuple(_to_run(by_topic)), tuple(_to_build(by_topic)), tuple(_barred(by_topic)))


def _is(facts: _Facts, topic: Topic, *states: State) -> bool:
    return topic in facts and facts[topic].state in states


def _to_run(facts: _Facts) -> Iterator[str]:
    if not _is(facts, python.PROJECT, State.MISSING):
        yield f"process ({_sandboxed(facts.get(sandbox.RULES))})"
    if _is(facts, engine.ENGINE, State.OK):
        yield f"container ({engine.answering(facts[engine.ENGINE])})"
    else:
        own_root = _is(facts, sandbox.OWN_ROOT, State.OK) or _is(facts, sandbox.BWRAP, State.OK)
        yield f"container without an engine ({'a root of its own' if own_root else 'by its own loader'})"


def _sandboxed(rules: Fact | None) -> str:
    """How far a process is held to the platform's rules."""
    match rules:
        case Fact(state=State.OK):
            return "sandboxed, all rules"
        case Fact(state=State.LIMITED):
            return f"sandboxed, {rules.found}"
        case Fact(state=State.MISSING):
            return rules.found
        case _:
            return "whether sandboxed nobody knows"


def _to_build(facts: _Facts) -> Iterator[str]:
    if _is(facts, building.UV, State.MISSING) or _is(facts, resources.CACHE, State.MISSING):
        return
    if _is(facts, engine.ENGINE, State.OK):
        builder = "buildx" if _is(facts, engine.BUILDER, State.OK) else "its classic builder"
        yield f"{engine.answering(facts[engine.ENGINE])} ({builder})"
    apt = " and of apt's packages" if _is(facts, building.APT, State.OK) else ""
    yield f"hookkit itself (on images of registries{apt})"


def _barred(facts: _Facts) -> Iterator[str]:
    yield from (f"{topic.group}: {topic.name}" for topic in VITAL if _is(facts, topic, State.MISSING))
    if _is(facts, sandbox.RULES, State.MISSING) and not _is(facts, engine.ENGINE, State.OK):
        yield "neither a sandbox nor an engine"

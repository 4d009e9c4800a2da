"""The tasks of a DAG become who waits for whom."""

from collections.abc import Mapping
from typing import Any, Final

from hookkit.check.manifest.depends import Dependency, DependsError, read_depends
from hookkit.check.manifest.plain import listed, text

Waiting = Mapping[str, tuple[str, ...]]
#: No task: they wait for nothing.
_NONE: Final[tuple[str, ...]] = ()


def dependencies_of(task: Mapping[str, Any]) -> tuple[Dependency, ...]:
    """What a task waits for, by `depends` or `dependencies`; nothing where that can't be read."""
    named = tuple(Dependency(name, "") for name in listed(task.get("dependencies")) if isinstance(name, str))
    try:
        return (*named, *read_depends(text(task.get("depends"))))
    except DependsError:
        return named


def is_readable(task: Mapping[str, Any]) -> bool:
    """Whether what a task waits for can be read."""
    try:
        read_depends(text(task.get("depends")))
    except DependsError:
        return not text(task.get("depends")).strip()
    return True


def ancestors(name: str, waiting: Waiting) -> frozenset[str]:
    """All that is done before: what it waits for, what that waits for, and so on."""
    found: set[str] = set()
    to_follow = list(waiting.get(name, _NONE))
    while to_follow:
        one = to_follow.pop()
        if one not in found:
            found.add(one)
            to_follow += waiting.get(one, _NONE)
    return frozenset(found)


def find_cycles(waiting: Waiting) -> list[tuple[str, ...]]:
    """The circles that wait for themselves, each once, as it is met first."""
    done: set[str] = set()
    cycles: list[tuple[str, ...]] = []
    for start in waiting:
        trail: dict[str, None] = {}
        # A stack of what is left to be followed at each node of the trail: no recursion, whatever its length.
        stack = [iter((start,))]
        while stack:
            name = next(stack[-1], None)
            if name is None:
                stack.pop()
                if trail:
                    done.add(trail.popitem()[0])
            elif name in trail:
                on_way = list(trail)
                cycles.append(tuple(on_way[on_way.index(name) :]))
            elif name not in done and name in waiting:
                trail[name] = None
                stack.append(iter(waiting[name]))
    return cycles

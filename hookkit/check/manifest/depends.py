"""The `depends` of a task becomes the tasks and results that it names; what is no expression is refused."""

import re
from dataclasses import dataclass
from typing import Final

from hookkit.check.manifest import limits

#: What a task may have come to, as `depends` asks for it.
RESULTS: Final = ("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed")
#: Those that only a task with items has.
RESULTS_OF_ITEMS: Final = ("AnySucceeded", "AllFailed")

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<task>[a-zA-Z0-9][-a-zA-Z0-9]*)(?:\.(?P<result>[a-zA-Z0-9]*))?|(?P<sign>&&|\|\||[!()]))"
)


@dataclass(frozen=True)
class Dependency:
    """A task that is named, and the result that is asked for; "" for the usual ones."""

    task: str
    result: str


class DependsError(Exception):
    """It is no expression; the text says why."""


def read_depends(expression: str) -> tuple[Dependency, ...]:
    """The dependencies in the order in which they are named.

    Raises:
        DependsError: it can't be read.

    """
    if len(expression) > limits.EXPRESSION:
        raise DependsError(f"has more than {limits.EXPRESSION:,} characters")
    found: list[Dependency] = []
    depth = 0
    wants_task = True
    position = 0
    expression = expression.rstrip()
    while position < len(expression):
        token = _TOKEN.match(expression, position)
        if token is None:
            raise DependsError(f"can't be read from {expression[position:].strip()[:20]!r} on")
        position = token.end()
        sign = token["sign"]
        _expect(sign or token["task"], wants_task=wants_task, opens=sign in {"!", "("} or sign is None)
        if sign is None:
            found.append(Dependency(token["task"], token["result"] or ""))
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth < 0:
            raise DependsError("has a `)` without its `(`")
        wants_task = sign is not None and sign != ")"
    if depth or wants_task:
        raise DependsError("has a `(` without its `)`" if depth else "ends where a task must follow")
    return tuple(found)


def _expect(word: str, *, wants_task: bool, opens: bool) -> None:
    if wants_task and not opens:
        raise DependsError(f"has {word!r} where a task must stand")
    if opens and not wants_task:
        raise DependsError(f"has no `&&` or `||` in front of {word!r}")

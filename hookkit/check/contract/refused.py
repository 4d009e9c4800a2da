"""A type of values becomes a text that is none of them, by which a hook shows that it looks."""

import json
from collections.abc import Iterator

from hookkit.datatypes import ValueType

_NO_VALUE = "no-such-value"


def refused_text(kind: ValueType) -> str | None:
    """A text that an option of this type must refuse, by its bounds where it has some; None where any text will do."""
    return next((text for text in _candidates(kind) if _is_refused(kind, text)), None)


def _candidates(kind: ValueType) -> Iterator[str]:
    bounds = kind.constraints
    yield from (str(bound - 1) for bound in (bounds.ge, bounds.gt) if bound is not None)
    yield from (str(bound + 1) for bound in (bounds.le, bounds.lt) if bound is not None)
    if bounds.multiple_of is not None:
        yield str(bounds.multiple_of + (1 if kind.kind == "int" else bounds.multiple_of / 2))
    if bounds.max_length is not None:
        yield json.dumps([0] * (bounds.max_length + 1)) if kind.items else "x" * (bounds.max_length + 1)
    if bounds.min_length:
        yield "[]" if kind.items else "x" * (bounds.min_length - 1)
    yield _NO_VALUE
    yield from (text for item in kind.items[:1] for text in _candidates(item))
    yield "\N{SNOWMAN}"  # a pattern that takes words may not take pictures


def _is_refused(kind: ValueType, text: str) -> bool:
    try:
        kind.read_all([text])
    except ValueError:
        return True
    return False

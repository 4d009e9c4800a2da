"""The bounds of a value: what each means, in words, as a test, and as a keyword of JSON Schema."""

import re
from collections.abc import Callable, Mapping
from math import isfinite
from sys import float_info
from typing import Any, Final, NamedTuple

from hookkit.record import Record


class Constraints(Record):
    """Bounds of a value, named as pydantic's `Field` names them; None means unbounded."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None

    def given(self) -> dict[str, Any]:
        """The bounds that are set, by name."""
        return {name: bound for name, bound in vars(self).items() if bound is not None}


def _is_multiple(value: float, step: float) -> bool:
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    if not _is_number(value):
        return False
    quotient = value / step
    return isfinite(quotient) and abs(quotient - round(quotient)) < 1e-9  # noqa: PLR2004 - 0.3 is a multiple of 0.1


def _is_number(bound: Any) -> bool:
    return isinstance(bound, int | float) and not isinstance(bound, bool) and abs(bound) <= float_info.max


def _is_step(bound: Any) -> bool:
    return _is_number(bound) and bool(bound > 0)


def _is_length(bound: Any) -> bool:
    return type(bound) is int and bound >= 0


def _is_pattern(bound: Any) -> bool:
    try:
        re.compile(bound)
    except (re.error, TypeError):
        return False
    return isinstance(bound, str)


class Rule(NamedTuple):
    """What a constraint means: the test, the words, the JSON Schema keyword, the kinds and bounds that it fits."""

    holds: Callable[[Any, Any], bool]
    words: str
    keyword: str
    kinds: frozenset[str]
    is_bound: Callable[[Any], bool]


_NUMBERS: Final = frozenset({"int", "float"})
_TEXTS: Final = frozenset({"str", "path"})
_LISTS: Final = frozenset({"list", "tuple"})  # of a tuple of fixed length the length is known

CONSTRAINTS: Final[Mapping[str, Rule]] = {
    "ge": Rule(lambda v, b: bool(v >= b), "at least {}", "minimum", _NUMBERS, _is_number),
    "gt": Rule(lambda v, b: bool(v > b), "more than {}", "exclusiveMinimum", _NUMBERS, _is_number),
    "le": Rule(lambda v, b: bool(v <= b), "at most {}", "maximum", _NUMBERS, _is_number),
    "lt": Rule(lambda v, b: bool(v < b), "less than {}", "exclusiveMaximum", _NUMBERS, _is_number),
    "multiple_of": Rule(_is_multiple, "a multiple of {}", "multipleOf", _NUMBERS, _is_step),
    "min_length": Rule(lambda v, b: len(str(v)) >= b, "at least {} characters long", "minLength", _TEXTS, _is_length),
    "max_length": Rule(lambda v, b: len(str(v)) <= b, "at most {} characters long", "maxLength", _TEXTS, _is_length),
    "pattern": Rule(
        lambda v, b: re.search(b, str(v)) is not None, "text that matches {}", "pattern", _TEXTS, _is_pattern
    ),
}
#: What the same names mean for a list or a tuple.
_OF_LISTS: Final[Mapping[str, Rule]] = {
    "min_length": Rule(lambda v, b: len(v) >= b, "at least {} items long", "minItems", _LISTS, _is_length),
    "max_length": Rule(lambda v, b: len(v) <= b, "at most {} items long", "maxItems", _LISTS, _is_length),
}


def rule_for(name: str, kind: str) -> Rule | None:
    """What a constraint means for a kind of value; None where it means nothing."""
    rule = _OF_LISTS.get(name) if kind in _LISTS else CONSTRAINTS[name]
    return rule if rule and kind in rule.kinds else None

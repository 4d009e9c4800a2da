"""Data of any shape becomes the shape that a rule looks for, or nothing: the shape is another rule's matter."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeGuard

from hookkit import datatypes
from hookkit.check.finding import DataPath

_NOTHING: Final[Mapping[str, Any]] = {}
#: Words that are compared: each takes its time.
_WORDS: Final = 200


def mapping(value: object) -> Mapping[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def listed(value: object) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """The value where it is a text, else ""."""
    return value if isinstance(value, str) else ""


def mappings(parent: Mapping[str, Any], key: str, path: DataPath) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    """Each mapping of the list at `key`, with the way to it."""
    for index, value in enumerate(listed(parent.get(key))):
        if isinstance(value, dict):
            yield (*path, key, index), value


def named(parent: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    """The mappings of the list at `key` by their names."""
    return {text(one.get("name")): one for _, one in mappings(parent, key, ()) if text(one.get("name"))}


def is_tagged(value: object) -> bool:
    """Whether Argo will put something else in the place of a part of this value: nobody knows it yet."""
    return isinstance(value, str) and "{{" in value


def is_number(value: object) -> TypeGuard[int]:
    """Whether it is a whole number: a boolean is none, although Python thinks so."""
    return isinstance(value, int) and not isinstance(value, bool)


def whole_number(value: object) -> int | None:
    """A number that may be written as a text, as Argo's `IntOrString`; None where it is no whole number."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        return int(value) if digits.isdecimal() and digits.isascii() and len(digits) < 19 else None  # noqa: PLR2004 - 64 bits
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`; did you mean 'upper'?` where one of the words is close; looked for in so many words that it is quick."""
    known = list(words)
    return datatypes.did_you_mean(word, known) if len(known) <= _WORDS and len(word) <= _WORDS else ""

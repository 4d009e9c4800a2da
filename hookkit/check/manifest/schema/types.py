"""What a value may be: the schema's notation becomes types that a value is held against.

`string`, `[Template]` a list, `{quantity}` a mapping of names, `Template` an object with the fields that it has and no
others, `PullPolicy` one of some words, and `string!` for a field that must be there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final


@dataclass(frozen=True)
class Scalar:
    """A single value.

    Attributes:
        words: how a message calls it.
        accepts: whether Kubernetes takes this value of PyYAML for it.

    """

    words: str
    accepts: Callable[[object], bool]


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class ListOf:
    of: "Type"


@dataclass(frozen=True)
class MappingOf:
    """Any names, each with a value of one type."""

    of: "Type"


@dataclass(frozen=True, eq=False)
class Closed:
    """An object with these fields and no others; read when first used, as a document uses few."""

    name: str
    notation: Mapping[str, str]
    read: Callable[[str], "Type"]

    @cached_property
    def fields(self) -> dict[str, "Type"]:
        return {field: self.read(text.removesuffix("!")) for field, text in self.notation.items()}

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(field for field, text in self.notation.items() if text.endswith("!"))

    @cached_property
    def nesting(self) -> dict[str, "Type"]:
        """The fields that hold objects, in lists and mappings or not."""
        return {field: one for field, one in self.fields.items() if held(one) is not None}


Type = Scalar | Choice | ListOf | MappingOf | Closed


def held(one: Type) -> Closed | None:
    """The objects that a value of this type is made of, in lists and mappings or not."""
    while isinstance(one, ListOf | MappingOf):
        one = one.of
    return one if isinstance(one, Closed) else None


def _one_of(*python: type) -> Callable[[object], bool]:
    wanted = frozenset(python)
    return lambda value: type(value) in wanted  # exactly: to Python a bool is an int, and a datetime a date


def _is_whole(value: object) -> bool:
    # On the way to JSON 3.0 becomes 3.
    return type(value) is int or (type(value) is float and value.is_integer())


def _is_whole_or_text(value: object) -> bool:
    return _is_whole(value) or _is_text(value)


# Kubernetes' reader of YAML leaves an unquoted time the text that it is; PyYAML makes a date of it.
_is_text: Final = _one_of(str, date, datetime)

SCALARS: Final[Mapping[str, Scalar]] = {
    "any": Scalar("anything", lambda _: True),
    "boolean": Scalar("true or false", _one_of(bool)),
    "int-or-string": Scalar("a whole number or a text", _is_whole_or_text),
    "integer": Scalar("a whole number", _is_whole),
    "number": Scalar("a number", _one_of(int, float)),
    "quantity": Scalar("a quantity", _one_of(str, int, float)),
    "string": Scalar("a text", _is_text),
    "time": Scalar("a time", _one_of(str, datetime)),
}

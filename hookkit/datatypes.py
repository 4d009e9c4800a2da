"""The table of types: Python type <-> text <-> JSON <-> JSON Schema <-> the platform's word for it.

Text is what travels through Argo parameters, argv and the environment; JSON is what config files, specs and
schemas hold. A new type is a row of `DATATYPES`; everything else here narrows a row (choices, constraints, None).
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from math import isfinite
from pathlib import Path
from sys import float_info
from typing import Any, Final, NamedTuple

from hookkit.errors import shown
from hookkit.record import Record

#: One value in an Argo parameter, an argument or a variable; Linux takes 131,071 bytes, the rest is room for the flag.
MAX_TEXT_BYTES: Final = 100 * 1024

_BOOLS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
#: Python reads and writes at most 4300 digits.
_MAX_DIGITS: Final = 1000
_TOO_LARGE: Final = 10**_MAX_DIGITS
_INT: Final = re.compile(rf"[+-]?[0-9]{{1,{_MAX_DIGITS}}}")
_FLOAT: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
# Argo substitutes values as text into JSON, where these break the node.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def _read_str(text: str) -> str:
    return text


def _read_int(text: str) -> int:
    if not _INT.fullmatch(text):
        msg = "is not an int"
        raise ValueError(msg)
    return int(text)


def _read_float(text: str) -> float:
    value = float(text) if _FLOAT.fullmatch(text) else float("nan")
    if not isfinite(value):
        msg = "is not a finite float"
        raise ValueError(msg)
    return value


def _read_bool(text: str) -> bool:
    try:
        return _BOOLS[text.lower()]
    except KeyError:
        msg = "is not a bool; write true or false"
        raise ValueError(msg) from None


def _load_int(data: object) -> int:
    if isinstance(data, float) and data.is_integer():  # JSON has one kind of number: 5.0 is an integer there
        return int(data)
    if isinstance(data, bool) or not isinstance(data, int):
        msg = "is not an int"
        raise ValueError(msg)
    if abs(data) >= _TOO_LARGE:
        msg = f"is an int of more than {_MAX_DIGITS} digits"
        raise ValueError(msg)
    return data


def _load_float(data: object) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float) or not abs(data) <= float_info.max:
        msg = "is not a finite float"
        raise ValueError(msg)
    return float(data)


def _load_bool(data: object) -> bool:
    if not isinstance(data, bool):
        msg = "is not a bool"
        raise ValueError(msg)
    return data


def _load_str(data: object) -> str:
    if not isinstance(data, str):
        msg = "is not text; put it in quotes"
        raise ValueError(msg)
    return data


def _load_path(data: object) -> Path:
    return Path(_load_str(data))


def _same(value: Any) -> Any:
    return value


def _write_bool(value: bool) -> str:  # noqa: FBT001 - a bool is what it writes
    return "true" if value else "false"


class DataType(NamedTuple):
    """A row of the table."""

    python: type
    read: Callable[[str], Any]  # text -> Python value; ValueError says what is wrong
    write: Callable[[Any], str]  # Python value -> text
    load: Callable[[Any], Any]  # JSON -> Python value; ValueError says what is wrong
    dump: Callable[[Any], Any]  # Python value -> JSON
    schema: Mapping[str, str]  # JSON Schema, draft 2020-12
    option_type: str  # `Type` of a WorkflowOption: the platform names Python's types


DATATYPES: Final[Mapping[str, DataType]] = {
    "str": DataType(str, _read_str, str, _load_str, _same, {"type": "string"}, "str"),
    "int": DataType(int, _read_int, str, _load_int, _same, {"type": "integer"}, "int"),
    "float": DataType(float, _read_float, repr, _load_float, _same, {"type": "number"}, "float"),
    "bool": DataType(bool, _read_bool, _write_bool, _load_bool, _same, {"type": "boolean"}, "bool"),
    "path": DataType(Path, Path, str, _load_path, str, {"type": "string"}, "str"),
}

KIND_OF: Final[Mapping[type, str]] = {row.python: kind for kind, row in DATATYPES.items()}


# ---------------------------------------------------------------- constraints


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


# ---------------------------------------------------------------- one value's type


class ValueType(Record):
    """What a value may be: a row of the table, narrowed by choices and constraints; None as well where `optional`.

    Attributes:
        kind: the row of `DATATYPES`.
        choices: the only values allowed (`Literal`, `Enum`), in JSON's terms; empty where any is.
        names: the names of an Enum's members, beside `choices`; they are understood as values, too.
        optional: whether None is a value; as text it is "", and the empty text is then written `""`.
        constraints: the bounds of the value.
        enum: the class of the members that `choices` stand for; not part of the JSON.

    """

    kind: str = "str"
    choices: tuple[str | int | float | bool, ...] = ()
    names: tuple[str, ...] = ()
    optional: bool = False
    constraints: Constraints = Constraints()
    enum: type[Enum] | None = None

    _unequal = frozenset({"enum"})

    def read(self, text: str) -> Any:
        """Text -> Python value.

        Raises:
            ValueError: the text can't travel to a container, or is no such value; the message says why.

        """
        refuse_what_cannot_travel(text)
        if self.optional:
            if text == "":
                return None
            text = _unquoted(text)
            refuse_what_cannot_travel(text)  # the quotes of JSON may have hidden it
        if self.choices:
            return self._chosen(text, {self._text(choice): choice for choice in self.choices})
        return self._bounded(DATATYPES[self.kind].read(text))

    def write(self, value: Any) -> str:
        """Python value -> text, so that `read` gives the same value back.

        Raises:
            ValueError: it is None, and the type is not optional.

        """
        if value is None:
            if not self.optional:
                msg = "is None, but a value is needed"
                raise ValueError(msg)
            return ""
        text = self._text(value.value if isinstance(value, Enum) else value)
        return _quoted(text) if self.optional else text

    def load(self, data: Any) -> Any:
        """JSON (a config file's value) -> Python value; text is read as text where the type is none itself.

        Raises:
            ValueError: it is no such value; the message says why.

        """
        if data is None:
            if self.optional:
                return None
            msg = "is null, but a value is needed"
            raise ValueError(msg)
        row = DATATYPES[self.kind]
        if isinstance(data, str):
            refuse_what_cannot_travel(data)
        if self.choices:
            text = data if isinstance(data, str) else row.write(row.load(data))
            return self._chosen(text, {self._text(choice): choice for choice in self.choices})
        return self._bounded(row.read(data) if isinstance(data, str) else row.load(data))

    def dump(self, value: Any) -> Any:
        """Python value -> JSON."""
        if value is None:
            return None
        return DATATYPES[self.kind].dump(value.value if isinstance(value, Enum) else value)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of the value."""
        schema: dict[str, Any] = dict(DATATYPES[self.kind].schema)
        if self.choices:
            schema["enum"] = [*self.choices, None] if self.optional else list(self.choices)
        if self.optional:
            schema["type"] = [schema["type"], "null"]
        for name, bound in self.constraints.given().items():
            schema[CONSTRAINTS[name].keyword] = bound
        return schema

    @property
    def option_type(self) -> str:
        """`Type` of the platform's WorkflowOption."""
        return DATATYPES[self.kind].option_type

    def __str__(self) -> str:
        """The type in words: `int, at least 1`, `upper | lower`."""
        if self.choices:
            return " | ".join(self._text(choice) for choice in self.choices)
        bounds = [CONSTRAINTS[name].words.format(bound) for name, bound in self.constraints.given().items()]
        return ", ".join([self.kind, *bounds])

    def _text(self, value: Any) -> str:
        row = DATATYPES[KIND_OF.get(type(value), self.kind)]
        return row.write(value)

    def _chosen(self, text: str, by_text: dict[str, Any]) -> Any:
        """The choice that a text stands for: by value first, then by an Enum member's name."""
        values = by_text | {
            name: choice for name, choice in zip(self.names, self.choices, strict=False) if name not in by_text
        }
        if text not in values:
            msg = f"is not one of {', '.join(by_text)}{did_you_mean(text, values)}"
            raise ValueError(msg)
        return self.enum(values[text]) if self.enum else values[text]

    def _bounded(self, value: Any) -> Any:
        for name, bound in self.constraints.given().items():
            rule = CONSTRAINTS[name]
            if not rule.holds(value, bound):
                msg = f"is not {rule.words.format(bound)}"
                raise ValueError(msg)
        return value


def did_you_mean(word: str, words: Any) -> str:
    """`; did you mean 'upper'?` where one of the words is close, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f"; did you mean {shown(close[0])}?" if close else ""


# ---------------------------------------------------------------- what can travel


def refuse_what_cannot_travel(text: str) -> None:
    """Raise ValueError for a text that would not arrive in a container as it is.

    Argo substitutes values as text into JSON, takes `{{` for a tag, and the kernel bounds one argument.
    """
    if found := _CONTROL.search(text):
        msg = f"holds the control character {found[0]!r}, which can't travel; put it into an input file"
        raise ValueError(msg)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        msg = "is not valid UTF-8, which can't travel; put it into an input file"
        raise ValueError(msg) from None
    if size > MAX_TEXT_BYTES:
        msg = f"is {size:,} bytes long, and at most {MAX_TEXT_BYTES:,} can travel; put it into an input file"
        raise ValueError(msg)
    if "{{" in text:
        msg = "holds '{{', which Argo takes for a tag; put it into an input file"
        raise ValueError(msg)


def _quoted(text: str) -> str:
    """Text of an optional value: in JSON's quotes where it would otherwise be read as None or as quoted."""
    import json

    return json.dumps(text, ensure_ascii=False) if text == "" or _unquoted(text) != text else text


def _unquoted(text: str) -> str:
    if not (len(text) > 1 and text[0] == text[-1] == '"'):
        return text
    import json

    try:
        inner = json.loads(text)
    except ValueError:
        return text
    return inner if isinstance(inner, str) else text

"""The table of types: Python type <-> text <-> JSON <-> the platform's word for it.

Text is what travels through Argo parameters, argv and the environment; JSON is what config files, specs and schemas
hold. A new type is a row of `DATATYPES`; a `ValueType` narrows a row by choices, constraints and None, or fills it with
the types of items and fields.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from hookkit import composites, scalars
from hookkit.constraints import CONSTRAINTS, Constraints, rule_for
from hookkit.errors import shown
from hookkit.record import Record
from hookkit.travel import quoted, refuse_what_cannot_travel, unquoted

# ---------------------------------------------------------------- the table


class DataType(NamedTuple):
    """A row of the table. The functions get the ValueType that narrows the row, for its items and fields."""

    read: Callable[[Any, str], Any]  # text -> Python value; ValueError says what is wrong
    write: Callable[[Any, Any], str]  # Python value -> text
    load: Callable[[Any, Any], Any]  # JSON -> Python value; ValueError says what is wrong
    dump: Callable[[Any, Any], Any]  # Python value -> JSON
    option_type: str  # `Type` of a WorkflowOption: the platform names Python's types


def _scalar(row: scalars.Scalar) -> DataType:
    return DataType(
        read=lambda _, text: row.read(text),
        write=lambda _, value: row.write(value),
        load=lambda _, data: row.load(data),
        dump=lambda _, value: row.dump(value),
        option_type=row.option_type,
    )


def _composite(row: composites.Composite) -> DataType:
    return DataType(row.read, row.write, row.load, row.dump, row.option_type)


DATATYPES: Final[Mapping[str, DataType]] = {
    **{kind: _scalar(row) for kind, row in scalars.SCALARS.items()},
    **{kind: _composite(row) for kind, row in composites.COMPOSITES.items()},
}

#: Python's scalar types by their full name: `datetime` and `uuid` need not be imported to be known.
_KIND_BY_NAME: Final = {row.python: kind for kind, row in scalars.SCALARS.items()}


def kind_of(python: Any) -> str | None:
    """The kind of a scalar type of Python; None where it is none of the table."""
    if python is Path:  # its module has another name from Python 3.13 on
        return "path"
    return _KIND_BY_NAME.get(f"{python.__module__}.{python.__qualname__}") if isinstance(python, type) else None


# ---------------------------------------------------------------- one value's type

Choice = str | int | float | bool

#: Whole numbers below it are the same as int and as float.
_EXACT: Final = 2**53


class Field(Record):
    """A field of a dataclass; `default` is in JSON's terms and counts only if not `required`."""

    name: str
    type: "ValueType"
    required: bool = True
    default: Any = None


class ValueType(Record):
    """What a value may be: a row of the table, narrowed by choices and constraints; None as well where `optional`.

    Attributes:
        kind: the row of `DATATYPES`.
        choices: the only values allowed (`Literal`, `Enum`), in JSON's terms; empty where any is.
        names: the names of an Enum's members, beside `choices`; they are understood as values, too.
        optional: whether None is a value; as text it is "", and the empty text is then written `""`.
        constraints: the bounds of the value.
        items: of a list the type of all items, of a tuple the type of each; of a dict the type of its values.
        fields: of a dataclass.
        json_schema: of a type of pydantic's, which makes its own.
        python: the class that values are made of where JSON does not tell: an Enum, a dataclass, a TypeAdapter of
            pydantic's. It is not part of the JSON; without it, values stay in JSON's terms.

    """

    kind: str = "str"
    choices: tuple[Choice, ...] = ()
    names: tuple[str, ...] = ()
    optional: bool = False
    constraints: Constraints = Constraints()
    items: "tuple[ValueType, ...]" = ()
    fields: tuple[Field, ...] = ()
    json_schema: Mapping[str, Any] | None = None
    python: Any = None

    _unequal = frozenset({"python"})

    # ------------------------------------------------------------ text

    def read(self, text: str) -> Any:
        """Text -> Python value.

        Raises:
            ValueError: the text can't travel to a container, or is no such value; the message says why.

        """
        refuse_what_cannot_travel(text)
        if self.optional:
            if text == "":
                return None
            text = text if self.repeats else unquoted(text)
            refuse_what_cannot_travel(text)  # the quotes of JSON may have hidden it
        if self.choices:
            return self._chosen(text)
        return self._bounded(DATATYPES[self.kind].read(self, text))

    def read_all(self, texts: list[str]) -> Any:
        """The texts of a flag that was repeated -> Python value: each gives items of a list.

        Raises:
            ValueError: as `read`, or the type is no list and there are several.

        """
        if len(texts) == 1 or not self.repeats:
            return self.read(texts[-1])
        return self._bounded(composites.read_items(self, texts))

    @property
    def repeats(self) -> bool:
        """Whether a flag of this type may be given more than once."""
        return self.kind in {"list", "tuple", composites.FIXED_TUPLE}

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
        text = text_of(self._choice_of(value)) if self.choices else DATATYPES[self.kind].write(self, value)
        return quoted(text) if self.optional else text

    # ------------------------------------------------------------ JSON

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
        if isinstance(data, str):
            refuse_what_cannot_travel(data)
        if self.choices:
            return self._chosen(data)
        row = DATATYPES[self.kind]
        return self._bounded(row.read(self, data) if isinstance(data, str) else row.load(self, data))

    def dump(self, value: Any) -> Any:
        """Python value -> JSON."""
        if value is None:
            return None
        return self._choice_of(value) if self.choices else DATATYPES[self.kind].dump(self, value)

    @property
    def option_type(self) -> str:
        """`Type` of the platform's WorkflowOption."""
        if self.json_schema is not None:
            return composites.option_type_of(self.json_schema)
        return DATATYPES[self.kind].option_type

    def __str__(self) -> str:
        """The type in words: `int, at least 1`, `upper | lower`, `list of float`."""
        if self.choices:
            return " | ".join(text_of(choice) for choice in self.choices)
        return ", ".join([composites.words(self), *self.bounds])

    @property
    def bounds(self) -> list[str]:
        """The bounds in words: `at least 1`."""
        if self.json_schema is not None:
            found = [(rule, self.json_schema.get(rule.keyword)) for rule in CONSTRAINTS.values()]
            return [rule.words.format(bound) for rule, bound in found if bound is not None]
        rules = [(rule_for(name, self.kind), bound) for name, bound in self.constraints.given().items()]
        return [rule.words.format(bound) for rule, bound in rules if rule]

    # ------------------------------------------------------------ the spec's JSON

    def to_json(self) -> dict[str, Any]:
        """The type in JSON's terms; `ValueType.from_json` gives an equal one back."""
        data: dict[str, Any] = {
            "kind": self.kind,
            "choices": list(self.choices),
            "names": list(self.names),
            "optional": self.optional,
            "constraints": self.constraints.given(),
        }
        if self.items:
            data["items"] = [item.to_json() for item in self.items]
        if self.fields:
            data["fields"] = [vars(one) | {"type": one.type.to_json()} for one in self.fields]
        if self.json_schema is not None:
            data["json_schema"] = dict(self.json_schema)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; KeyError, TypeError or ValueError where it is none."""
        if data["kind"] not in DATATYPES:
            msg = f"it has a value of the kind {data['kind']!r}, this hookkit reads {', '.join(DATATYPES)}"
            raise ValueError(msg)
        return cls(
            kind=data["kind"],
            choices=tuple(data["choices"]),
            names=tuple(data["names"]),
            optional=data["optional"],
            constraints=Constraints(**data["constraints"]),
            items=tuple(cls.from_json(item) for item in data.get("items", ())),
            fields=tuple(Field(**{**one, "type": cls.from_json(one["type"])}) for one in data.get("fields", ())),
            json_schema=data.get("json_schema"),
        )

    # ------------------------------------------------------------ choices and bounds

    def _chosen(self, data: Any) -> Any:
        """The choice that a text or a JSON value stands for: by value first, then by an Enum member's name."""
        choices = {text_of(choice): index for index, choice in enumerate(self.choices)}
        named = {name: index for index, name in enumerate(self.names) if name not in choices}
        text = data if isinstance(data, str) else self._text_of_json(data)
        if text is None or text not in choices | named:
            meant = did_you_mean(text, choices | named) if text else ""
            msg = f"is not one of {', '.join(choices)}{meant}"
            raise ValueError(msg)
        index = (choices | named)[text]
        return tuple(self.python)[index] if self.python else self.choices[index]

    def _text_of_json(self, data: Any) -> str | None:
        """JSON's number or bool as a choice is written, None where it can be none of them."""
        kinds = {type(choice) for choice in self.choices}
        if isinstance(data, float) and float not in kinds and data.is_integer():
            data = int(data)  # JSON has one kind of number
        elif type(data) is int and float in kinds and int not in kinds and abs(data) < _EXACT:
            data = float(data)
        return text_of(data) if type(data) in kinds else None

    def _choice_of(self, value: Any) -> Choice:
        """The choice, in JSON's terms, that a Python value stands for; ValueError where it is none."""
        members = tuple(self.python) if self.python else self.choices
        for member, choice in zip(members, self.choices, strict=True):
            if member is value or (type(member) is type(value) and member == value):
                return choice
        msg = f"is not one of {self}"
        raise ValueError(msg)

    def _bounded(self, value: Any) -> Any:
        for name, bound in self.constraints.given().items():
            rule = rule_for(name, self.kind)
            if rule and not rule.holds(value, bound):
                msg = f"is not {rule.words.format(bound)}"
                raise ValueError(msg)
        return value


def text_of(choice: Choice) -> str:
    """A choice as it travels."""
    return scalars.SCALARS[kind_of(type(choice)) or "str"].write(choice)


def did_you_mean(word: str, words: Any) -> str:
    """`; did you mean 'upper'?` where one of the words is close, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f"; did you mean {shown(close[0])}?" if close else ""

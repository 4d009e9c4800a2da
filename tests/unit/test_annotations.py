"""Annotations become types: which are read to what, and which mistakes are named."""

import dataclasses
import enum
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Optional
from uuid import UUID

import pytest

from hookkit import Option, Secret
from hookkit.annotations import AnnotationError, read_default, read_results, read_type
from hookkit.constraints import Constraints
from hookkit.datatypes import Field, ValueType


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"
    NO = False


class Days(enum.Enum):
    FIRST = date(2026, 1, 31)
    SECOND = date(2026, 2, 1)


class Tags(enum.Enum):
    TAG = "{{workflow.name}}"
    BELL = "\a"


class Twins(enum.Enum):
    NUMBER = 1
    TEXT = "1"


class Infinite(enum.Enum):
    BIG = float("inf")


class Shade(enum.StrEnum):
    DARK = "dark"


@dataclasses.dataclass
class Point:
    lat: Annotated[float, Option("Latitude", ge=-90)]
    lon: float = 0.0
    label: str | None = None


POINT = ValueType(
    "dataclass",
    fields=(
        Field("lat", ValueType("float", constraints=Constraints(ge=-90))),
        Field("lon", ValueType("float"), required=False, default=0.0),
        Field("label", ValueType("str", optional=True), required=False, default=None),
    ),
)
INT, STR = ValueType("int"), ValueType("str")

TYPES: dict[str, tuple[Any, ValueType]] = {
    "date": (date, ValueType("date")),
    "datetime": (datetime, ValueType("datetime")),
    "timedelta": (timedelta, ValueType("timedelta")),
    "UUID": (UUID, ValueType("uuid")),
    "an optional date": (date | None, ValueType("date", optional=True)),
    "list": (list[int], ValueType("list", items=(INT,))),
    "list of optional": (list[int | None], ValueType("list", items=(INT.replace(optional=True),))),
    "optional list": (Optional[list[int]], ValueType("list", items=(INT,), optional=True)),  # noqa: UP045 - it is tested
    "list with bounded items": (
        list[Annotated[int, Option(ge=0)]],
        ValueType("list", items=(INT.replace(constraints=Constraints(ge=0)),)),
    ),
    "list of lists": (list[list[int]], ValueType("list", items=(ValueType("list", items=(INT,)),))),
    "tuple": (tuple[str, ...], ValueType("tuple", items=(STR,))),
    "tuple of fixed length": (tuple[str, int], ValueType("fixed tuple", items=(STR, INT))),
    "dict": (dict, ValueType("dict")),
    "dict of anything": (dict[str, Any], ValueType("dict")),
    "dict of one type": (dict[str, int], ValueType("dict", items=(INT,))),
    "dataclass": (Point, POINT),
    "optional dataclass": (Point | None, POINT.replace(optional=True)),
    "list of dataclasses": (list[Point], ValueType("list", items=(POINT,))),
    "Literal of texts and numbers": (Literal["a", 1, True], ValueType("str", ("a", 1, True))),
    "StrEnum": (Shade, ValueType("str", ("dark",), ("DARK",))),
    "Enum of texts and numbers": (Mixed, ValueType("str", (1, "two", False), ("ONE", "TWO", "NO"))),
    "Enum of values that are no JSON": (Days, ValueType("str", ("FIRST", "SECOND"))),
    "Enum of values that can't travel": (Tags, ValueType("str", ("TAG", "BELL"))),
    "Enum of values that are written alike": (Twins, ValueType("str", ("NUMBER", "TEXT"))),
    "Enum of an infinite number": (Infinite, ValueType("str", ("BIG",))),
}


@pytest.mark.parametrize(("annotation", "value_type"), TYPES.values(), ids=TYPES)
def test_an_annotation_becomes_a_type(annotation: Any, value_type: ValueType) -> None:
    assert read_type(annotation) == value_type
    assert ValueType.from_json(read_type(annotation).to_json()) == value_type


MEMBERS = [member for group in (Mixed, Days, Tags, Twins, Infinite, Shade) for member in group]


@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_of_every_enum_comes_back(member: enum.Enum) -> None:
    kind = read_type(type(member))

    assert kind.read(kind.write(member)) is kind.load(kind.dump(member)) is member
    assert kind.read(member.name) is member


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Literal["a", 1, True], 1),
        (Literal["a", 1, True], True),
        (Literal["a", 1, True], "a"),
        (Literal[1, 2] | None, None),
        (list[Literal["a", 1]], [1, "a"]),
    ],
)
def test_choices_of_several_types_keep_theirs(annotation: Any, value: Any) -> None:
    kind = read_type(annotation)

    assert repr(kind.read(kind.write(value))) == repr(kind.load(kind.dump(value))) == repr(value)


# ---------------------------------------------------------------- mistakes


@dataclasses.dataclass
class Endless:
    inner: "Endless"


@dataclasses.dataclass
class Unresolved:
    inner: "Missing"  # type: ignore[name-defined] # noqa: F821 - it is tested


@dataclasses.dataclass
class Wrong:
    number: complex
    mode: Literal["a"] = "b"  # type: ignore[assignment] # it is tested


@dataclasses.dataclass
class WrongDefault:
    mode: Literal["a"] = "b"  # type: ignore[assignment] # it is tested
    count: Annotated[int, Option(ge=1)] = 0


MISTAKES: dict[str, tuple[Any, str]] = {
    "a dataclass that holds itself": (Endless, "has a field 'inner', which has the type Endless, which holds itself"),
    "a dataclass with a name that is none": (
        Unresolved,
        "has the type Unresolved, which has an annotation that is no type: name 'Missing' is not defined",
    ),
    "a field": (Wrong, "has a field 'number', which has the type complex, which can't travel"),
    "a field's default": (WrongDefault, "has a field 'mode', whose default 'b' is not one of a"),
    "an item": (list[complex], "has the type complex, which can't travel"),
    "a secret among options": (list[Secret], "has the type Secret, which can't travel"),
    "keys that are no text": (dict[int, str], "is a dict with keys of int"),
    "a bare list": (list, "is a list, of which it isn't said of what"),
}


@pytest.mark.parametrize(("annotation", "words"), MISTAKES.values(), ids=MISTAKES)
def test_what_can_not_be_is_named_with_what_to_do(annotation: Any, words: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        read_type(annotation)

    what, remedy = caught.value.mistakes[0]
    assert what == words
    assert remedy


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        (dict[str, Any], {"a": float("nan")}),
        (dict[str, Any], {"a": {1, 2}}),
        (dict[str, Any], {1: 2}),
        (list[int], ["x"]),
        (list[int], 5),
        (tuple[int, int], (1, 2, 3)),
        (list[int], (1, 2)),
        (date, datetime(2026, 1, 31)),  # noqa: DTZ001 - it is tested
        (date, "2026-01-31"),
        (UUID, "x"),
        (timedelta, 5),
        (Point, {"lat": 1}),
        (Point, Point("x")),  # type: ignore[arg-type] # it is tested
        (list[str], ["{{x}}"]),
        (Days, date(2026, 1, 31)),
    ],
)
def test_a_default_that_would_not_arrive_is_refused(annotation: Any, default: Any) -> None:
    with pytest.raises(AnnotationError, match=r"default .* (is|has|holds|does|object) ?"):
        read_default(default, read_type(annotation))


def test_a_default_that_holds_itself_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = endless

    with pytest.raises(AnnotationError, match="is nested too deeply"):
        read_default(endless, ValueType("dict"))


# ---------------------------------------------------------------- what a function returns


class Pair(NamedTuple):
    number: int
    name: str = ""


@dataclasses.dataclass
class Summary:
    version: ClassVar[int] = 1
    mean: float
    seen: dict[str, int]
    total: int = dataclasses.field(init=False, default=0)


RETURNED: dict[str, tuple[Any, dict[str, ValueType]]] = {
    "None": (None, {}),
    "the type of None": (type(None), {}),
    "a NamedTuple": (Pair, {"number": INT, "name": STR}),
    "a dataclass": (Summary, {"mean": ValueType("float"), "seen": ValueType("dict", items=(INT,)), "total": INT}),
}


@pytest.mark.parametrize(("annotation", "results"), RETURNED.values(), ids=RETURNED)
def test_the_fields_that_a_function_returns_are_its_results(annotation: Any, results: dict[str, ValueType]) -> None:
    assert read_results(annotation) == results


NAMELESS = "return None, a dataclass, a NamedTuple or a pydantic model"


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (int, "int"),
        (Path, "Path"),
        (tuple[int, str], "tuple[int, str]"),
        (Pair | None, f"{__name__}.Pair | None"),
        (dict, "dict"),
    ],
)
def test_what_has_no_names_is_no_result(annotation: Any, name: str) -> None:
    with pytest.raises(AnnotationError, match=re.escape(f"returns {name}")) as caught:
        read_results(annotation)

    assert caught.value.mistakes[0][1] == NAMELESS


def test_every_mistake_of_what_is_returned_is_named() -> None:
    class Bad(NamedTuple):
        real: int
        imaginary: complex
        both: set[int]

    with pytest.raises(AnnotationError) as caught:
        read_results(Bad)

    assert [what for what, _ in caught.value.mistakes] == [
        "returns 'imaginary', which has the type complex, which can't travel",
        "returns 'both', which has the type set[int], which can't travel",
    ]

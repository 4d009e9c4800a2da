"""Each row of the table of types: from text, from JSON, to both, and back the same.

A new type is a row of `DATATYPES`, a row of `ROWS` and a strategy in `strategies.VALUES`.
"""

import enum
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TRICKY, VALUES, bounded, texts, typed_values

from hookkit.constraints import CONSTRAINTS, Constraints
from hookkit.datatypes import DATATYPES, ValueType, did_you_mean
from hookkit.travel import MAX_TEXT_BYTES, refuse_what_cannot_travel


class Row(NamedTuple):
    """What one type takes and refuses."""

    read: dict[str, Any]  # text -> value
    unread: tuple[str, ...]  # texts that are refused
    loaded: tuple[tuple[Any, Any], ...]  # JSON -> value
    unloaded: tuple[Any, ...]  # JSON that is refused
    written: tuple[tuple[Any, str, Any], ...]  # value -> text, JSON


ROWS: dict[str, Row] = {
    "str": Row(
        read={text: text for text in TRICKY},
        unread=(),
        loaded=(("", ""), ("5", "5")),
        unloaded=(5, 5.0, True, [], {}),
        written=(("a b", "a b", "a b"), ("", "", "")),
    ),
    "int": Row(
        read={"0": 0, "-0": 0, "+5": 5, "007": 7, "-12": -12, "9" * 1000: 10**1000 - 1},
        unread=("", " 5", "5 ", "5\n", "1_000", "٣", "５", "0x10", "1e3", "5.0", "--5", "true", "9" * 1001, "9" * 5000),  # noqa: RUF001 - other scripts' digits
        loaded=((5, 5), (5.0, 5), (-0.0, 0), ("5", 5), (10**1000 - 1, 10**1000 - 1)),
        unloaded=(5.5, True, "5.0", "", [], {}, math.inf, math.nan, 10**1000, -(10**1000), 10**5000),
        written=((-12, "-12", -12), (10**999, "1" + "0" * 999, 10**999)),
    ),
    "float": Row(
        read={"0": 0.0, "-0.5": -0.5, "+1.": 1.0, ".5": 0.5, "1e-3": 0.001, "1E+300": 1e300, "5": 5.0},
        unread=("", " 1", "1\n", "1_000.0", "nan", "inf", "-inf", "Infinity", "1e999", "1e", "e5", ".", "٣.5", "0x1p3"),
        loaded=((5, 5.0), (0.5, 0.5), ("1e-3", 0.001)),
        unloaded=(True, math.nan, math.inf, "nan", "", [], {}, 10**400, -(10**5000)),
        written=((0.1, "0.1", 0.1), (1e300, "1e+300", 1e300), (-0.0, "-0.0", -0.0), (5, "5", 5)),
    ),
    "bool": Row(
        read={
            **dict.fromkeys(("true", "True", "YES", "on", "1"), True),
            **dict.fromkeys(("false", "No", "OFF", "0"), False),
        },
        unread=("", "2", "t", "y", "null", " true", "true\n", "ｔｒｕｅ"),  # noqa: RUF001 - other scripts' letters
        loaded=((True, True), (False, False), ("yes", True)),
        unloaded=(1, 0, 1.0, "", [], {}),
        written=((True, "true", True), (False, "false", False)),
    ),
    "path": Row(
        read={"a": Path("a"), "/a b/é": Path("/a b/é"), "a//b/": Path("a/b"), "--x": Path("--x")},
        unread=(),
        loaded=(("a/b", Path("a/b")),),
        unloaded=(5, True, [], {}),
        written=((Path("a/b"), "a/b", "a/b"),),
    ),
}


def case(field: str) -> pytest.MarkDecorator:
    """Every row's cases of one kind, flat: (type, case)."""
    cases = [(kind, one) for kind, row in ROWS.items() for one in _cases(getattr(row, field))]
    return pytest.mark.parametrize(
        ("kind", "case"), cases, ids=[f"{kind}-{number}" for number, (kind, _) in enumerate(cases)]
    )


def _cases(field: Any) -> list[Any]:
    return list(field.items() if isinstance(field, dict) else field)


def same(one: object, other: object) -> bool:
    """Equal, of one type, and of one sign where it is zero."""
    return type(one) is type(other) and one == other and str(one) == str(other)


def test_every_row_of_the_table_has_its_row_here_and_its_strategy() -> None:
    assert set(ROWS) == set(VALUES) == set(DATATYPES)


@case("read")
def test_a_text_is_read(kind: str, case: tuple[str, object]) -> None:
    text, value = case
    assert same(ValueType(kind).read(text), value)


@case("unread")
def test_a_text_that_is_no_such_value_is_refused(kind: str, case: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a"):
        ValueType(kind).read(case)


@case("loaded")
def test_json_is_loaded(kind: str, case: tuple[object, object]) -> None:
    data, value = case
    assert same(ValueType(kind).load(data), value)


@case("unloaded")
def test_json_that_is_no_such_value_is_refused(kind: str, case: object) -> None:
    with pytest.raises(ValueError, match=r"^is (not|an int of more)"):
        ValueType(kind).load(case)


@case("written")
def test_a_value_is_written_as_text_and_as_json(kind: str, case: tuple[Any, str, Any]) -> None:
    value, text, data = case
    assert ValueType(kind).write(value) == text
    assert same(ValueType(kind).dump(value), data)


# ---------------------------------------------------------------- round trips


@given(typed_values())
def test_every_value_comes_back_from_its_text(case: tuple[ValueType, Any]) -> None:
    value_type, value = case

    assert same(value_type.read(value_type.write(value)), value)


@given(typed_values())
def test_every_value_comes_back_from_json(case: tuple[ValueType, Any]) -> None:
    value_type, value = case

    assert same(value_type.load(json.loads(json.dumps(value_type.dump(value)))), value)


any_type = st.builds(ValueType, st.sampled_from([*DATATYPES]), optional=st.booleans())


def words_of(take: Callable[[Any], object], value: object) -> str:
    """Why a value is refused; empty where it is not."""
    try:
        take(value)
    except ValueError as error:
        return str(error)
    return ""


@given(any_type, st.text() | texts)
def test_any_text_is_refused_in_one_line_or_read_to_what_comes_back(value_type: ValueType, text: str) -> None:
    words = words_of(value_type.read, text)

    assert len(words.splitlines()) <= 1
    assert words or same(value_type.read(value_type.write(value_type.read(text))), value_type.read(text))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(any_type, json_values)
def test_any_json_is_refused_in_one_line_or_loaded_to_what_comes_back(value_type: ValueType, data: object) -> None:
    words = words_of(value_type.load, data)

    assert len(words.splitlines()) <= 1
    assert words or same(value_type.load(value_type.dump(value_type.load(data))), value_type.load(data))


# ---------------------------------------------------------------- None


@pytest.mark.parametrize("kind", DATATYPES)
def test_none_is_the_empty_text_and_null_where_the_type_is_optional(kind: str) -> None:
    optional = ValueType(kind, optional=True)

    assert optional.read("") is None
    assert optional.load(None) is None
    assert optional.write(None) == ""
    assert optional.dump(None) is None


@pytest.mark.parametrize("kind", DATATYPES)
def test_none_is_refused_where_a_value_is_needed(kind: str) -> None:
    with pytest.raises(ValueError, match="is None, but a value is needed"):
        ValueType(kind).write(None)
    with pytest.raises(ValueError, match="is null, but a value is needed"):
        ValueType(kind).load(None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('""', ""),
        ('"null"', "null"),
        ("null", "null"),
        ("None", "None"),
        (r'"\"\""', '""'),
        ('"a', '"a'),
        ('"', '"'),
        ('"a"b"', '"a"b"'),
        (r'"a\nb"', "a\nb"),
        ("a", "a"),
    ],
)
def test_quotes_tell_text_from_none_in_an_optional_text(text: str, value: str) -> None:
    assert ValueType("str", optional=True).read(text) == value


@pytest.mark.parametrize("value", ["", '""', '"a"', r'"\u0041"'])
def test_an_optional_text_that_would_be_misread_is_written_in_quotes(value: str) -> None:
    optional = ValueType("str", optional=True)

    assert optional.write(value).startswith('"')
    assert optional.read(optional.write(value)) == value


def test_quotes_are_part_of_a_text_that_is_not_optional() -> None:
    assert ValueType("str").read('""') == '""'
    assert ValueType("str").write("") == ""


# ---------------------------------------------------------------- choices


class Case(enum.Enum):
    UPPER = "upper"
    LOWER = "lower"
    upper = "swapped"  # the value of another member


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


def of_enum(kind: str, members: type[enum.Enum], *, optional: bool = False) -> ValueType:
    values, names = tuple(one.value for one in members), tuple(one.name for one in members)
    return ValueType(kind, values, names, optional=optional, enum=members)


CHOSEN = [
    (ValueType("str", ("a", "b")), "a", "a"),
    (ValueType("str", ("", "b")), "", ""),
    (ValueType("str", ("", "b"), optional=True), "", None),
    (ValueType("str", ("", "b"), optional=True), '""', ""),
    (ValueType("int", (10, -1)), "-1", -1),
    (ValueType("float", (0.5, 1.0)), "1.0", 1.0),
    (ValueType("bool", (True,)), "true", True),
    (of_enum("str", Case), "upper", Case.UPPER),
    (of_enum("str", Case), "LOWER", Case.LOWER),
    (of_enum("str", Case), "swapped", Case.upper),
    (of_enum("int", Level), "2", Level.HIGH),
    (of_enum("int", Level), "HIGH", Level.HIGH),
    (of_enum("int", Level, optional=True), "", None),
]


@pytest.mark.parametrize(("value_type", "text", "value"), CHOSEN)
def test_a_choice_is_read_by_value_first_and_by_name_after(value_type: ValueType, text: str, value: object) -> None:
    assert value_type.read(text) is value or same(value_type.read(text), value)


@pytest.mark.parametrize(
    ("value_type", "data", "value"),
    [
        (ValueType("int", (1, 2)), 2, 2),
        (ValueType("int", (1, 2)), "2", 2),
        (ValueType("float", (0.5, 1.0)), 1, 1.0),
        (of_enum("int", Level), 2, Level.HIGH),
        (of_enum("int", Level), "HIGH", Level.HIGH),
        (of_enum("str", Case, optional=True), None, None),
    ],
)
def test_a_choice_is_loaded_from_json(value_type: ValueType, data: object, value: object) -> None:
    assert value_type.load(data) is value or same(value_type.load(data), value)


@pytest.mark.parametrize(
    ("value_type", "text", "words"),
    [
        (ValueType("str", ("upper", "lower")), "uper", "is not one of upper, lower; did you mean 'upper'?"),
        (ValueType("str", ("upper", "lower")), "", "is not one of upper, lower"),
        (ValueType("int", (1, 2)), "3", "is not one of 1, 2"),
        (ValueType("bool", (True,)), "false", "is not one of true"),
        (of_enum("int", Level), "HIHG", "is not one of 1, 2; did you mean 'HIGH'?"),
    ],
)
def test_what_is_no_choice_is_refused_with_the_choices(value_type: ValueType, text: str, words: str) -> None:
    with pytest.raises(ValueError, match="is not one of") as caught:
        value_type.read(text)
    assert str(caught.value) == words


@pytest.mark.parametrize("member", [*Case, *Level])
def test_members_of_an_enum_go_by_their_value(member: enum.Enum) -> None:
    value_type = of_enum("str" if isinstance(member, Case) else "int", type(member))

    assert value_type.write(member) == str(member.value)
    assert value_type.dump(member) == member.value
    assert value_type.read(value_type.write(member)) is value_type.load(value_type.dump(member)) is member


# ---------------------------------------------------------------- constraints

HELD = [
    (bounded("int", ge=1), "1", "0", "is not at least 1"),
    (bounded("int", gt=1), "2", "1", "is not more than 1"),
    (bounded("float", le=0.5), "0.5", "0.51", "is not at most 0.5"),
    (bounded("float", lt=0.5), "0.49", "0.5", "is not less than 0.5"),
    (bounded("int", multiple_of=3), "-6", "7", "is not a multiple of 3"),
    (bounded("int", multiple_of=3), str(3 * 10**500), str(3 * 10**500 + 1), "is not a multiple of 3"),
    (bounded("int", multiple_of=0.5), "7", str(10**500), "is not a multiple of 0.5"),
    (bounded("float", multiple_of=0.1), "0.3", "0.35", "is not a multiple of 0.1"),
    (bounded("float", multiple_of=1e-10), "1", "1e308", "is not a multiple of 1e-10"),
    (bounded("str", min_length=2), "é値", "é", "is not at least 2 characters long"),
    (bounded("str", max_length=2), "🛰🛰", "abc", "is not at most 2 characters long"),
    (bounded("str", pattern="^[ab]+$"), "ab", "abc", "is not text that matches ^[ab]+$"),
    (bounded("path", pattern="tif$"), "a/b.tif", "a.tif/b", "is not text that matches tif$"),
]


@pytest.mark.parametrize(("value_type", "good", "bad", "words"), HELD)
def test_a_bound_holds_for_text_and_for_json(value_type: ValueType, good: str, bad: str, words: str) -> None:
    row = DATATYPES[value_type.kind]
    assert value_type.read(good) == value_type.load(row.dump(row.read(good))) == row.read(good)
    for take, value in ((value_type.read, bad), (value_type.load, row.dump(row.read(bad)))):
        with pytest.raises(ValueError, match=r"^is not ") as caught:
            take(value)
        assert str(caught.value) == words


def test_each_constraint_has_its_test_and_its_field() -> None:
    tested = {name for value_type, *_ in HELD for name in value_type.constraints.given()}

    assert tested == set(CONSTRAINTS) == set(Constraints._fields)


def test_bounds_do_not_touch_none() -> None:
    optional = bounded("int", ge=1).replace(optional=True)

    assert optional.read("") is optional.load(None) is None


@pytest.mark.parametrize(
    ("value_type", "words"),
    [
        (ValueType("int"), "int"),
        (bounded("float", ge=0, lt=1.5), "float, at least 0, less than 1.5"),
        (ValueType("str", ("upper", "lower")), "upper | lower"),
        (ValueType("bool", (True, False)), "true | false"),
    ],
)
def test_a_type_says_what_it_takes(value_type: ValueType, words: str) -> None:
    assert str(value_type) == words


# ---------------------------------------------------------------- what can't travel

UNFIT = {
    "NUL": ("a\0b", r"control character '\x00'"),
    "escape": ("\x1b[1m", r"control character '\x1b'"),
    "delete": ("\x7f", r"control character '\x7f'"),
    "next line": ("a\x85b", r"control character '\x85'"),
    "surrogate": ("a\ud800", "not valid UTF-8"),
    "bytes of a file name": ("a\udcff", "not valid UTF-8"),
    "tag": ("{{workflow.name}}", "'{{'"),
    "too long": ("a" * (MAX_TEXT_BYTES + 1), "is 102,401 bytes long, and at most 102,400 can travel"),
    "too long in bytes": ("é" * (MAX_TEXT_BYTES // 2 + 1), "is 102,402 bytes long"),
}


@pytest.mark.parametrize(("text", "words"), UNFIT.values(), ids=UNFIT)
@pytest.mark.parametrize("kind", DATATYPES)
def test_a_text_that_would_not_arrive_is_refused_with_a_way_out(kind: str, text: str, words: str) -> None:
    for take in (ValueType(kind).read, ValueType(kind, optional=True).read, ValueType(kind).load):
        with pytest.raises(ValueError, match=r"travel|tag") as caught:
            take(text)
        assert words in str(caught.value)
        assert str(caught.value).endswith("put it into an input file")


@pytest.mark.parametrize("text", [r'"\u0000"', r'"\ud800"', r'"{\u007bx}}"', r'"\u001b"'])
def test_the_quotes_of_an_optional_text_hide_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="put it into an input file"):
        ValueType("str", optional=True).read(text)


@pytest.mark.parametrize("text", ["a" * MAX_TEXT_BYTES, "a\tb\r\nc", "{", "}}", "🛰", "\u2028", "\u00a0"])
def test_all_other_text_travels(text: str) -> None:
    refuse_what_cannot_travel(text)

    assert ValueType("str").read(text) == text


@pytest.mark.parametrize(
    ("word", "words", "suggestion"),
    [
        ("--outptu", ["--input", "--output"], "; did you mean '--output'?"),
        ("case", ["name"], ""),
        ("case", [], ""),
        ("a" * 100_000, ["--input"], ""),
    ],
)
def test_a_close_word_is_suggested(word: str, words: list[str], suggestion: str) -> None:
    assert did_you_mean(word, words) == suggestion

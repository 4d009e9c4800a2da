"""Values come back from their text and from JSON the same; None and choices have their own rules."""

import enum
import json
from collections.abc import Callable
from pprint import pformat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EACH_KIND, bounded, json_values, texts, typed_values, value_types

from hookkit.datatypes import DATATYPES, ValueType, did_you_mean
from hookkit.errors import Problem


def same(one: object, other: object) -> bool:
    """Equal, in all parts of one type, and of one sign where it is zero."""
    return type(one) is type(other) and one == other and pformat(one) == pformat(other)


def test_every_row_of_the_table_has_a_type_to_be_tested_with() -> None:
    assert set(EACH_KIND) == set(DATATYPES)


# ---------------------------------------------------------------- round trips


@given(typed_values())
def test_every_value_comes_back_from_its_text(case: tuple[ValueType, Any]) -> None:
    value_type, value = case

    assert same(value_type.read(value_type.write(value)), value)


@given(typed_values())
def test_every_value_comes_back_from_json(case: tuple[ValueType, Any]) -> None:
    value_type, value = case

    assert same(value_type.load(json.loads(json.dumps(value_type.dump(value)))), value)


def words_of(take: Callable[[Any], object], value: object) -> str:
    """Why a value is refused; empty where it is not."""
    try:
        take(value)
    except ValueError as error:
        return str(Problem("--x", str(error)))
    return ""


@given(value_types, st.text() | texts)
def test_any_text_is_refused_in_one_line_or_read_to_what_comes_back(value_type: ValueType, text: str) -> None:
    words = words_of(value_type.read, text)

    assert len(words.splitlines()) <= 1
    assert words or same(value_type.read(value_type.write(value_type.read(text))), value_type.read(text))


@given(value_types, json_values)
def test_any_json_is_refused_in_one_line_or_loaded_to_what_comes_back(value_type: ValueType, data: object) -> None:
    words = words_of(value_type.load, data)

    assert len(words.splitlines()) <= 1
    assert words or same(value_type.load(value_type.dump(value_type.load(data))), value_type.load(data))


# ---------------------------------------------------------------- None


@pytest.mark.parametrize("kind", EACH_KIND.values(), ids=EACH_KIND)
def test_none_is_the_empty_text_and_null_where_the_type_is_optional(kind: ValueType) -> None:
    optional = kind.replace(optional=True)

    assert optional.read("") is None
    assert optional.load(None) is None
    assert optional.write(None) == ""
    assert optional.dump(None) is None


@pytest.mark.parametrize("kind", EACH_KIND.values(), ids=EACH_KIND)
def test_none_is_refused_where_a_value_is_needed(kind: ValueType) -> None:
    with pytest.raises(ValueError, match="is None, but a value is needed"):
        kind.write(None)
    with pytest.raises(ValueError, match="is null, but a value is needed"):
        kind.load(None)


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
    return ValueType(kind, values, names, optional=optional, python=members)


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


# ---------------------------------------------------------------- words


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

"""Lists, tuples, dicts and dataclasses: repeated flags and JSON, what is wrong named with its place."""

import dataclasses
import enum
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EACH_KIND, json_values, texts, value_types, values_of

from hookkit import Option
from hookkit.annotations import read_type
from hookkit.composites import parse_json, parse_json_object
from hookkit.datatypes import ValueType


class Case(enum.Enum):
    UPPER = "upper"
    LOWER = "lower"


# ---------------------------------------------------------------- lists and tuples

#: A type, the texts of its flag, the value.
READ: dict[str, tuple[Any, list[str], Any]] = {
    "repeated": (list[int], ["1", "-2"], [1, -2]),
    "once": (list[int], ["1"], [1]),
    "JSON": (list[int], ["[1, 2]"], [1, 2]),
    "JSON with space before": (list[int], [" [1]"], [1]),
    "both mixed": (list[int], ["1", "[2, 3]", "4"], [1, 2, 3, 4]),
    "no item": (list[int], ["[]"], []),
    "no item, mixed": (list[int], ["1", "[]"], [1]),
    "an empty text": (list[str], [""], [""]),
    "empty texts": (list[str], ["", ""], ["", ""]),
    "a text that begins like JSON": (list[str], ["[1", "[x]"], ["[1", "[x]"]),
    "a text in JSON that looks like JSON": (list[str], ['["[1]"]'], ["[1]"]),
    "a text with a comma": (list[str], ["a,b"], ["a,b"]),
    "a text in quotes": (list[str], ['"a"'], ['"a"']),
    "a text in quotes where None is possible": (list[str] | None, ['"a"'], ['"a"']),
    "None": (list[int] | None, [""], None),
    "no item where None is possible": (list[int] | None, ["[]"], []),
    "items that may be None": (list[int | None], ["1", ""], [1, None]),
    "items that may be None, in JSON": (list[int | None], ["[1, null]"], [1, None]),
    "paths": (list[Annotated[Path, Option()]], ["a", "b/c"], [Path("a"), Path("b/c")]),
    "dates": (list[date], ["2026-01-31", '["2026-02-01"]'], [date(2026, 1, 31), date(2026, 2, 1)]),
    "bools": (list[bool], ["yes", "[false]"], [True, False]),
    "members": (list[Case], ["upper", "LOWER"], [Case.UPPER, Case.LOWER]),
    "choices": (list[Literal[1, 2]], ["2", "[1]"], [2, 1]),
    "a tuple": (tuple[int, ...], ["1", "2"], (1, 2)),
    "an empty tuple": (tuple[int, ...], ["[]"], ()),
    "a tuple of fixed length": (tuple[str, int, Case], ["a", "1", "upper"], ("a", 1, Case.UPPER)),
    "a tuple of fixed length in JSON": (tuple[float, float], ["[0.5, 1]"], (0.5, 1.0)),
    "lists of lists": (list[list[int]], ["[[1, 2], []]"], [[1, 2], []]),
    "tuples of lists": (list[tuple[int, str]], ['[[1, "a"]]'], [(1, "a")]),
    "dicts": (list[dict[str, int]], ['{"a": 1}', '[{"b": 2}]'], [{"a": 1}, {"b": 2}]),
}


@pytest.mark.parametrize(("annotation", "given_texts", "value"), READ.values(), ids=READ)
def test_a_list_is_read_from_its_flag(annotation: Any, given_texts: list[str], value: Any) -> None:
    assert repr(read_type(annotation).read_all(given_texts)) == repr(value)


WRONG_LISTS: dict[str, tuple[Any, list[str], str]] = {
    "an item": (list[int], ["1", "x"], "has a wrong item 2: 'x' is not an int"),
    "an item in JSON": (list[int], ["[1, 2.5]"], "has a wrong item 2: 2.5 is not an int"),
    "no text": (list[int], [""], "has a wrong item 1: '' is not an int"),
    "JSON for a text": (list[str], ["[1]"], "has a wrong item 1: 1 is not text; put it in quotes"),
    "a null": (list[int], ["[null]"], "has a wrong item 1: None is null, but a value is needed"),
    "a choice": (
        list[Literal["up", "down"]],
        ["upp"],
        "has a wrong item 1: 'upp' is not one of up, down; did you mean 'up'?",
    ),
    "too few": (tuple[int, int], ["1"], "has 1 items instead of 2"),
    "too many": (tuple[int, int], ["[1, 2]", "3"], "has 3 items instead of 2"),
    "inside": (
        list[list[int]],
        ['[[1], ["x"]]'],
        "has a wrong item 2: ['x'] has a wrong item 1: 'x' is not an int",
    ),
}


@pytest.mark.parametrize(("annotation", "given_texts", "words"), WRONG_LISTS.values(), ids=WRONG_LISTS)
def test_what_is_wrong_in_a_list_is_named_with_its_place(annotation: Any, given_texts: list[str], words: str) -> None:
    with pytest.raises(ValueError, match="has ") as caught:
        read_type(annotation).read_all(given_texts)

    assert str(caught.value) == words


@pytest.mark.parametrize("data", [5, True, {}, {"a": 1}])
@pytest.mark.parametrize("annotation", [list[int], tuple[int, ...], tuple[int, int]], ids=str)
def test_json_that_is_no_list_is_refused(annotation: Any, data: Any) -> None:
    with pytest.raises(ValueError, match="is not a list"):
        read_type(annotation).load(data)


@given(value_types, st.data())
def test_a_list_comes_back_from_its_text_and_from_a_flag_an_item(item: ValueType, data: st.DataObject) -> None:
    lists = ValueType("list", items=(item,))
    value = data.draw(st.lists(values_of(item), max_size=3))

    assert lists.read_all([lists.write(value)]) == value
    # Each item as JSON with one item: what an item's own text would look like may be JSON itself.
    assert not value or lists.read_all([lists.write([one]) for one in value]) == value


def test_a_flag_that_is_no_list_has_one_text() -> None:
    assert ValueType("dict").read_all(['{"a": 1}']) == {"a": 1}
    assert not any(EACH_KIND[kind].repeats for kind in ("str", "dict", "dataclass", "pydantic"))


# ---------------------------------------------------------------- dicts

DICTS: dict[str, tuple[Any, str, Any]] = {
    "anything": (dict[str, Any], '{"a": [1, {"b": null}], "": 1.5}', {"a": [1, {"b": None}], "": 1.5}),
    "a bare dict": (dict, '{"a": true}', {"a": True}),
    "of one type": (dict[str, float], '{"a": 1}', {"a": 1.0}),
    "of dates": (dict[str, date], '{"a": "2026-01-31"}', {"a": date(2026, 1, 31)}),
    "of lists": (dict[str, list[int]], '{"a": [1]}', {"a": [1]}),
    "empty": (dict[str, int], "{}", {}),
    "None": (dict[str, int] | None, "", None),
}


@pytest.mark.parametrize(("annotation", "text", "value"), DICTS.values(), ids=DICTS)
def test_a_dict_is_read_from_json(annotation: Any, text: str, value: Any) -> None:
    assert repr(read_type(annotation).read(text)) == repr(value)


WRONG_DICTS: dict[str, tuple[Any, str, str]] = {
    "no JSON": (dict[str, int], "a=1", "is not JSON: Expecting value: line 1 column 1 (char 0)"),
    "empty": (dict[str, int], "", "is not JSON: Expecting value: line 1 column 1 (char 0)"),
    "a list": (dict[str, int], "[1]", "is not a JSON object"),
    "a text": (dict[str, Any], '"a"', "is not a JSON object"),
    "NaN": (dict[str, Any], '{"a": NaN}', "is not JSON: NaN is no number of JSON's"),
    "a value": (dict[str, int], '{"a": "x"}', "has a wrong value of 'a': 'x' is not an int"),
    "nested": (dict[str, Any], '{"a": ' + "[" * 5000 + "]" * 5000 + "}", "is nested too deeply"),
    "nested within Python's reach": (dict[str, Any], '{"a": ' + "[" * 900 + "]" * 900 + "}", "is nested too deeply"),
}


@pytest.mark.parametrize(("annotation", "text", "words"), WRONG_DICTS.values(), ids=WRONG_DICTS)
def test_what_is_wrong_in_a_dict_is_named(annotation: Any, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"is |has ") as caught:
        read_type(annotation).read(text)

    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({1: 2}, "has the key 1, which is no text"),
        ({"a": date(2026, 1, 31)}, "holds datetime.date(2026, 1, 31), which JSON has not"),
        ({"a": {"b": float("nan")}}, "holds nan, which JSON has not"),
        ([], "is not a JSON object"),
    ],
)
def test_what_json_has_not_is_no_value_of_a_dict(data: Any, words: str) -> None:
    with pytest.raises(ValueError, match=r"is |has |holds ") as caught:
        ValueType("dict").load(data)

    assert str(caught.value) == words


@given(json_values)
def test_any_json_that_travels_comes_back_from_a_dict(data: Any) -> None:
    kind = ValueType("dict")

    assert kind.read(kind.write({"a": data})) == kind.load(kind.dump({"a": data})) == {"a": data}


# ---------------------------------------------------------------- dataclasses


@dataclasses.dataclass
class Point:
    lat: Annotated[float, Option("Latitude", ge=-90, le=90)]
    lon: float = 0.0


@dataclasses.dataclass(frozen=True)
class Area:
    name: str
    corner: Point
    case: Case = Case.UPPER
    bands: list[str] = dataclasses.field(default_factory=lambda: ["B02"])
    since: date | None = None
    parts: int = dataclasses.field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.name == "nowhere":
            message = "there is no such place"
            raise ValueError(message)
        if self.name == "rude":
            raise AssertionError
        if self.name == "odd":
            raise TypeError


AREA = read_type(Area)
HOME = Area("home", Point(1.5))


def test_a_dataclass_is_made_of_json_with_its_own_defaults() -> None:
    assert AREA.read('{"name": "home", "corner": {"lat": 1.5}}') == HOME
    assert AREA.read(AREA.write(HOME)) == AREA.load(AREA.dump(HOME)) == HOME


def test_a_default_that_is_made_anew_is_made_anew() -> None:
    first, second = (AREA.read('{"name": "home", "corner": {"lat": 1.5}}') for _ in range(2))
    first.bands.append("B03")

    assert second.bands == ["B02"]


def test_fields_have_the_types_that_they_say() -> None:
    area = AREA.load({"name": "", "corner": {"lat": 1}, "case": "LOWER", "bands": [], "since": "2026-01-31"})

    assert area == Area("", Point(1.0), Case.LOWER, [], date(2026, 1, 31))


WRONG_FIELDS = {
    "missing": ('{"name": "a"}', "does not fit: field 'corner' is missing; it has name, corner, case, bands, since"),
    "misspelt": (
        '{"name": "a", "corner": {"lat": 1}, "bnads": []}',
        "does not fit: no field 'bnads'; it has name, corner, case, bands, since",
    ),
    "not to be given": (
        '{"name": "a", "corner": {"lat": 1}, "parts": 1}',
        "does not fit: no field 'parts'; it has name, corner, case, bands, since",
    ),
    "wrong inside": (
        '{"name": "a", "corner": {"lat": 91}}',
        "has a wrong field 'corner': {'lat': 91} has a wrong field 'lat': 91 is not at most 90",
    ),
    "refused": ('{"name": "nowhere", "corner": {"lat": 1}}', "is refused by Area: there is no such place"),
    "refused without words": ('{"name": "rude", "corner": {"lat": 1}}', "is refused by Area: AssertionError"),
    "refused for its type": ('{"name": "odd", "corner": {"lat": 1}}', "is refused by Area: TypeError"),
    "no object": ("[]", "is not a JSON object"),
}


@pytest.mark.parametrize(("text", "words"), WRONG_FIELDS.values(), ids=WRONG_FIELDS)
def test_what_is_wrong_in_a_dataclass_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"is |has |does ") as caught:
        AREA.read(text)

    assert str(caught.value).split("\n")[0].removesuffix(" ") == words


@pytest.mark.parametrize("value", [Point(1), "home", 5])
def test_another_value_is_no_such_dataclass(value: object) -> None:
    with pytest.raises(ValueError, match="is not a Area"):
        AREA.dump(value)


def test_without_the_class_itself_its_values_are_dicts() -> None:
    described = ValueType.from_json(AREA.to_json())

    assert described == AREA
    assert described.read('{"name": "home", "corner": {"lat": 1.5}}') == {
        "name": "home",
        "corner": {"lat": 1.5, "lon": 0.0},
        "case": "upper",
        "bands": ["B02"],
        "since": None,
    }
    assert described.write(described.read(AREA.write(HOME))) == AREA.write(HOME)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (list[int], "list of int"),
        (tuple[str, ...], "list of str"),
        (tuple[float, int], "list of float and int"),
        (list[Annotated[int, Option(ge=1)]], "list of int, at least 1"),
        (list[Literal["a", "b"]], "list of a | b"),
        (dict[str, Any], "JSON object"),
        (dict[str, int], "JSON object of int"),
        (Area, "JSON object with name, corner, case, bands, since"),
    ],
    ids=str,
)
def test_a_type_says_what_it_takes(annotation: Any, words: str) -> None:
    assert str(read_type(annotation)) == words


@given(texts | st.text())
def test_any_text_is_json_or_refused_in_words(text: str) -> None:
    for parse in (parse_json, parse_json_object):
        try:
            parse(text)
        except ValueError as error:
            assert str(error).startswith("is ")  # noqa: PT017 - what is raised depends on the text

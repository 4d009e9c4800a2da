"""Types of pydantic's are options and results where the author has pydantic; without it everything else works."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, PositiveInt, TypeAdapter, field_validator, model_validator
from pydantic.dataclasses import dataclass as pydantic_dataclass

from hookkit.annotations import AnnotationError, read_default, read_item, read_results
from hookkit.datatypes import ValueType


class Point(BaseModel):
    lat: float = Field(ge=-90, le=90)
    lon: float = 0.0


class Area(BaseModel):
    """Where to look."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    corners: list[Point] = []
    since: date | None = None
    kind: Literal["box", "disc"] = "box"

    @field_validator("name")
    @classmethod
    def exists(cls, name: str) -> str:
        if name == "nowhere":
            message = "there is no such place"
            raise ValueError(message)
        return name

    @model_validator(mode="after")
    def is_one(self) -> "Area":
        if len(self.corners) > 2:
            message = "too many corners"
            raise AssertionError(message)
        return self


class Disc(BaseModel):
    radius: float


@pydantic_dataclass
class Window:
    width: PositiveInt


HOME = Area(name="home", corners=[Point(lat=1.5)], since=date(2026, 1, 31))

#: An annotation, a value, its text.
VALUES: dict[str, tuple[Any, Any, str]] = {
    "a model": (
        Area,
        HOME,
        '{"name": "home", "corners": [{"lat": 1.5, "lon": 0.0}], "since": "2026-01-31", "kind": "box"}',
    ),
    "one of two models": (Area | Disc, Disc(radius=1.5), '{"radius": 1.5}'),
    "a pydantic dataclass": (Window, Window(width=5), '{"width": 5}'),
    "an int with bounds": (Annotated[int, Field(ge=1)], 5, "5"),
    "an alias with bounds": (PositiveInt, 5, "5"),
    "a float with bounds": (Annotated[float, Field(lt=1)], 0.5, "0.5"),
    "text with bounds": (Annotated[str, Field(min_length=1)], "[a] é\n", "[a] é\n"),
    "text that looks like a number": (Annotated[str, Field(min_length=1)], "5", "5"),
    "an empty text": (Annotated[str, Field(max_length=5)], "", ""),
    "a bool": (Annotated[bool, Field(description="Whether")], False, "false"),
    "an address": (HttpUrl, HttpUrl("https://example.org/a?b=c"), "https://example.org/a?b=c"),
    "a list with bounds": (Annotated[list[int], Field(max_length=3)], [1, 2], "[1, 2]"),
    "a list of models": (list[Point], [Point(lat=1)], '[{"lat": 1.0, "lon": 0.0}]'),
    "a dict of models": (dict[str, Disc], {"a": Disc(radius=1)}, '{"a": {"radius": 1.0}}'),
    "None": (Area | None, None, ""),
    "a model where None is possible": (Disc | None, Disc(radius=1), '{"radius": 1.0}'),
    "None beside bounds": (Annotated[int, Field(ge=1)] | None, None, ""),
    "None within bounds": (Annotated[int | None, Field(ge=1)], None, ""),
    "a number where None is possible": (Annotated[int | None, Field(ge=1)], 5, "5"),
    "an empty text where None is possible": (Annotated[str | None, Field(max_length=5)], "", '""'),
}


@pytest.mark.parametrize(("annotation", "value", "text"), VALUES.values(), ids=VALUES)
def test_a_value_comes_back_from_its_text_and_from_json(annotation: Any, value: Any, text: str) -> None:
    kind = read_item(annotation)

    assert kind.write(value) == text
    assert kind.read(text) == kind.load(json.loads(json.dumps(kind.dump(value)))) == value
    assert type(kind.read(text)) is type(value)
    assert read_default(value, kind) == kind.dump(value)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1).filter(lambda text: "{{" not in text))
def test_any_text_comes_back_from_a_model_and_from_a_bounded_text(text: str) -> None:
    for annotation, value in ((Annotated[str, Field(min_length=1)], text), (Area, Area(name=text))):
        kind = read_item(annotation)

        assert kind.read(kind.write(value)) == value


WRONG: dict[str, tuple[Any, str, str]] = {
    "a bound": (Annotated[int, Field(ge=1)], "0", "is wrong: Input should be greater than or equal to 1"),
    "a type": (
        Annotated[int, Field(ge=1)],
        "x",
        "is wrong: Input should be a valid integer, unable to parse string as an integer",
    ),
    "an address": (HttpUrl, "ftp:x", "is wrong: URL scheme should be 'http' or 'https'"),
    "no JSON": (Area, "home", "is not JSON: Expecting value: line 1 column 1 (char 0)"),
    "no object": (
        Area,
        "[]",
        "is wrong: Input should be an object",
    ),
    "several": (
        Area,
        '{"name": "", "corners": [{"lat": 91}], "x": 1}',
        "is wrong: name: String should have at least 1 character; corners.0.lat: Input should be less than or equal to",
    ),
    "a validator": (Area, '{"name": "nowhere"}', "is wrong: name: there is no such place"),
    "a validator of the whole": (
        Area,
        '{"name": "a", "corners": [{"lat": 1}, {"lat": 1}, {"lat": 1}]}',
        "is wrong: Assertion failed, too many corners",
    ),
    "a list": (Annotated[list[int], Field(max_length=1)], "[1, 2]", "is wrong: List should have at most 1 item"),
}


@pytest.mark.parametrize(("annotation", "text", "words"), WRONG.values(), ids=WRONG)
def test_every_mistake_is_named_in_pydantics_words_on_one_line(annotation: Any, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^.* ") as caught:
        read_item(annotation).read(text)

    assert str(caught.value).startswith(words)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("data", [{"name": date(2026, 1, 31)}, {"name": float("nan")}, {"since": date(2026, 1, 31)}])
def test_what_a_toml_file_holds_beyond_json_is_refused_in_words(data: Any) -> None:
    with pytest.raises(ValueError, match="which JSON has not"):
        read_item(Area).load(data)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("annotation", "default"), [(Annotated[int, Field(ge=1)], "x"), (Area, 5), (HttpUrl, 5)])
def test_a_default_of_another_type_is_a_mistake_and_no_warning(annotation: Any, default: Any) -> None:
    with pytest.raises(AnnotationError) as caught:
        read_default(default, read_item(annotation))

    assert caught.value.mistakes[0][0].startswith(f"default {default!r} ")


DESCRIBED: dict[str, tuple[Any, str, str]] = {
    "a model": (Area, "JSON object with name, corners, since, kind", "dict"),
    "a list": (Annotated[list[int], Field()], "list", "list"),
    "an int": (Annotated[int, Field(ge=1, lt=9)], "int, at least 1, less than 9", "int"),
    "a float": (Annotated[float, Field()], "float", "float"),
    "a bool": (Annotated[bool, Field()], "bool", "bool"),
    "a text": (Annotated[str, Field(pattern="^a")], "str, text that matches ^a", "str"),
    "an address": (HttpUrl, "str, at least 1 characters long, at most 2083 characters long", "str"),
    "one of two models": (Area | Disc, "dict", "dict"),
}


@pytest.mark.parametrize(("annotation", "words", "option_type"), DESCRIBED.values(), ids=DESCRIBED)
def test_a_type_says_what_it_takes_to_people_and_to_the_platform(annotation: Any, words: str, option_type: str) -> None:
    assert str(read_item(annotation)) == words
    assert read_item(annotation).option_type == option_type


def test_a_type_is_described_by_pydantics_own_schema_where_pydantic_is_not_at_hand() -> None:
    described = ValueType.from_json(json.loads(json.dumps(read_item(Area).to_json())))

    assert described == read_item(Area)
    assert described.json_schema == TypeAdapter(Area).json_schema()
    assert described.read('{"name": ""}') == {"name": ""}  # the container checks it
    assert described.write({"name": "a"}) == '{"name": "a"}'
    number = ValueType.from_json(read_item(PositiveInt).to_json())
    assert (number.read("5"), number.read("five"), number.load(5), number.write(5)) == (5, "five", 5, "5")
    assert ValueType.from_json(read_item(HttpUrl).to_json()).read("https://example.org") == "https://example.org"


@pytest.mark.parametrize("annotation", [complex, Any, int | str, set[int], bytes])
def test_what_pydantic_only_happens_to_understand_is_refused_as_without_it(annotation: Any) -> None:
    with pytest.raises(AnnotationError) as caught:
        read_item(annotation)

    assert "which can't travel" in caught.value.mistakes[0][0]


def test_a_model_may_be_what_a_hook_returns() -> None:
    assert list(read_results(Area)) == ["name", "corners", "since", "kind"]
    assert read_results(Disc) == {"radius": ValueType("float")}


# ---------------------------------------------------------------- without pydantic

#: Hides a library from a fresh interpreter, and prints what it then says.
WITHOUT = """
import sys
sys.path.insert(0, sys.argv[1])
sys.modules["pydantic"] = None
{body}
assert "pydantic" not in {{name.partition(".")[0] for name, module in sys.modules.items() if module}}
"""


def without_pydantic(repository: Path, body: str) -> str:
    source = WITHOUT.format(body=dedent(body))
    command = [sys.executable, "-S", "-I", "-c", source, str(repository)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_other_types_work_without_pydantic(repository: Path) -> None:
    body = """
        import dataclasses, datetime, enum, uuid
        from hookkit.annotations import read_item
        @dataclasses.dataclass
        class Point:
            lat: float
            lon: float = 0.0
        types = (int, list[datetime.date], dict[str, uuid.UUID], Point, Point | None)
        print(*(read_item(one) for one in types), sep=";")
        print(read_item(Point).read('{"lat": 1}'))
    """

    assert without_pydantic(repository, body).splitlines() == [
        "int;list of date;JSON object of uuid;JSON object with lat, lon;JSON object with lat, lon",
        "Point(lat=1.0, lon=0.0)",
    ]


def test_bounds_that_need_pydantic_say_so_without_it(repository: Path) -> None:
    body = """
        from typing import Annotated
        from hookkit import hook
        from hookkit.errors import SignatureError
        class Ge:
            __module__ = "annotated_types"
        try:
            @hook
            def run(a: Annotated[int, Ge()]) -> None: ...
        except SignatureError as error:
            print(error)
    """

    assert without_pydantic(repository, body) == (
        "__main__:run(a): has bounds that need pydantic; install it, or use Option(ge=...)\n"
    )


def test_pydantic_is_not_imported_for_a_hook_that_does_not_use_it() -> None:
    source = """
        import sys
        from hookkit import Option, hook
        from typing import Annotated
        @hook
        def run(a: Annotated[int, Option(ge=1)], b: "list[str] | None" = None) -> None: ...
        print("pydantic" in sys.modules)
    """

    done = subprocess.run([sys.executable, "-c", dedent(source)], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"

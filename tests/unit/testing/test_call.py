"""Values as a test has them become a command line that the hook reads the same values from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, IntEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from hookkit import Input, Option, Output, Secret, hook
from hookkit.authoring import spec_of
from hookkit.errors import CallError
from hookkit.runtime.call import Call, read_call
from hookkit.spec import HookSpec
from hookkit.testing.call import HookCall, in_json, make_call


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1


@dataclass(frozen=True)
class Box:
    west: float
    east: float


class Window(BaseModel):
    day: date
    size: int = 1


@hook
def every(  # noqa: PLR0913, PLR0917
    scene: Annotated[Path, Input("Scene")],
    mask: Annotated[Path | None, Input("Mask")],
    result: Annotated[Path, Output("Result")],
    extra: Annotated[Path, Output("Extra", optional=True)],
    token: Secret | None = None,
    text: str = "a",
    note: str | None = None,
    number: int = 0,
    ratio: float = 0.0,
    flag: bool = False,  # noqa: FBT001, FBT002
    names: Annotated[list[str], Option("Names")] = [],  # noqa: B006
    sizes: dict[str, int] = {},  # noqa: B006
    day: date = date(2020, 1, 1),
    moment: datetime | None = None,
    span: timedelta = timedelta(0),
    number_of: UUID | None = None,
    place: Annotated[Path, Option("Place")] = Path("x"),
    colour: Colour = Colour.RED,
    level: Literal[1, 2] = 1,
    box: Box | None = None,
) -> None:
    """Take everything."""


def every_spec() -> HookSpec:
    spec = spec_of(every)
    assert spec is not None
    return spec


#: As the desk gives it: what values are made of is not part of the JSON.
SPEC = HookSpec.from_json(every_spec().to_json())


def called(tmp_path: Path, **values: Any) -> HookCall:
    return make_call(SPEC, {"scene": tmp_path, **values}, tmp_path / "out", None)


def read(call: HookCall) -> Call:
    """What the hook's own runtime reads, with the classes of its values at hand."""
    return read_call(every_spec(), list(call.arguments), call.variables)


VALUES: Mapping[str, list[Any]] = {
    "text": ["", "a b", "--flag", "='\"$HOME", "ü\n2", '"quoted"', "null"],
    "note": [None, "", '""', "a", "null"],
    "number": [0, -7, 10**20],
    "ratio": [0.1, -1e300, 3.0],
    "flag": [True, False],
    "names": [[], ["a,b", "", "--x"], ["1"]],
    "sizes": [{}, {"a b": 1}],
    "day": [date(2024, 2, 29)],
    "moment": [datetime(2024, 2, 29, 1, 2, 3), None],  # noqa: DTZ001
    "span": [timedelta(days=1, seconds=2)],
    "number_of": [UUID(int=7), None],
    "place": [Path("a b"), Path("/x")],
    "colour": [Colour.BLUE],
    "level": [2],
    "box": [Box(1.5, 2.0), None],
}


@pytest.mark.parametrize(("name", "value"), [(name, one) for name, several in VALUES.items() for one in several])
def test_the_hook_gets_the_very_value_that_the_test_gave(tmp_path: Path, name: str, value: Any) -> None:
    got = read(called(tmp_path, **{name: value})).options[name]

    assert got == value
    assert type(got) is type(value)


@given(st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.integers()), st.floats())
def test_any_value_arrives_or_is_refused_by_the_hook_itself(
    text: str, names: list[str], sizes: dict[str, int], ratio: float
) -> None:
    values = {"text": text, "names": names, "sizes": sizes, "ratio": ratio}
    call = make_call(SPEC, {"scene": Path("/"), **values}, Path("/nowhere"), None)

    try:
        options = read(call).options
    except CallError:  # it can't travel to a container
        return
    assert {name: options[name] for name in values} == values


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (Level.LOW, 1),
        ((1, Path("a")), [1, "a"]),
        ({"k": date(2020, 1, 2)}, {"k": "2020-01-02"}),
        (Window(day=date(2020, 1, 2)), {"day": "2020-01-02", "size": 1}),
        (range(2), [0, 1]),
    ],
)
def test_values_of_other_kinds_become_what_a_config_file_would_hold(value: Any, data: Any) -> None:
    assert in_json(value) == data


def test_a_value_that_is_wrong_goes_as_it_is_and_the_hook_says_what_is_wrong(tmp_path: Path) -> None:
    call = called(tmp_path, number="many", colour=5, names=[1])

    with pytest.raises(CallError, match="'many'") as caught:
        read(call)
    assert [str(line).partition(":")[0] for line in str(caught.value).splitlines()] == [
        "--number",
        "--names",
        "--colour",
    ]


def test_an_output_that_is_not_given_lies_below_the_folder_of_the_run(tmp_path: Path) -> None:
    call = called(tmp_path, extra=tmp_path / "mine")

    assert call.outputs == {"result": tmp_path / "out" / "result", "extra": tmp_path / "mine"}
    assert read(call).outputs == call.outputs


def test_relative_paths_are_understood_from_where_the_test_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()

    call = make_call(SPEC, {"scene": "in", "result": "there"}, tmp_path, "options.toml")

    assert f"--scene={tmp_path}/in" in call.arguments
    assert f"--config-file={tmp_path}/options.toml" in call.arguments
    assert call.outputs["result"] == tmp_path / "there"


@pytest.mark.parametrize("secret", ["hush hush", Secret("hush hush")])
def test_a_secret_is_a_variable_and_on_no_command_line(tmp_path: Path, secret: Any) -> None:
    call = called(tmp_path, token=secret)

    assert call.variables == {"HOOKKIT_OPTION_TOKEN": "hush hush"}
    assert not any("hush" in argument for argument in call.arguments)
    assert read(call).secrets["token"] == Secret("hush hush")


def test_none_leaves_an_input_and_a_secret_out(tmp_path: Path) -> None:
    call = called(tmp_path, mask=None, token=None)

    assert call.variables == {}
    assert read(call).inputs["mask"] is None


def test_all_names_and_values_that_no_hook_could_have_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(TypeError) as caught:
        called(tmp_path, scenne=1, colours=2, number=object(), text=b"bytes", names=5, day=None)

    lines = str(caught.value).splitlines()
    assert lines[0].endswith("the hook has no such input, output, option or secret; did you mean 'scene'?")
    assert sorted(line.partition("=")[0] for line in lines) == [
        "run_hook(colours",
        "run_hook(day",
        "run_hook(names",
        "run_hook(number",
        "run_hook(scenne",
        "run_hook(text",
    ]

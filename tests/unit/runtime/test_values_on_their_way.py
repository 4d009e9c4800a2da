"""A Python value becomes the manifest's text, argv of a real process, and the same Python value again."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from realparts.hookprocess import HookProcess
from strategies import TRICKY, texts

from hookkit.runtime.command_line import render_arguments
from hookkit.spec import HookSpec

#: A type in Python, a value in Python.
VALUES: dict[str, tuple[str, str]] = {
    "text": ("str", "'a b'"),
    "empty": ("str", "''"),
    "tricky": ("str", repr("'\"\\ é 🛰\n\t--x=y $HOME `id` %s {x} \u2028")),
    "dashes": ("str", "'--input'"),
    "maybe": ("str | None", "None"),
    "maybe_empty": ("str | None", "''"),
    "maybe_quoted": ("str | None", "'\"\"'"),
    "maybe_null": ("str | None", "'null'"),
    "zero": ("int", "0"),
    "negative": ("int", "-5"),
    "huge": ("int", "10**500"),
    "maybe_zero": ("int | None", "0"),
    "no_number": ("int | None", "None"),
    "fraction": ("float", "-1e-300"),
    "minus_zero": ("float", "-0.0"),
    "yes": ("bool", "True"),
    "no": ("bool", "False"),
    "maybe_no": ("bool | None", "False"),
    "unsaid": ("bool | None", "None"),
    "path": ("Annotated[Path, Option()]", "Path('-a b/é')"),
    "day": ("date", "date(2026, 1, 31)"),
    "moment": ("datetime", "datetime(2026, 1, 31, 12, 0, 0, 5)"),
    "moment_in_utc": ("datetime", "datetime(2026, 1, 31, tzinfo=UTC)"),
    "span": ("timedelta", "-timedelta(days=1, microseconds=1)"),
    "identifier": ("uuid.UUID", "uuid.UUID(int=1)"),
    "case": ("Case", "Case.LOWER"),
    "day_of": ("Day", "Day.FIRST"),
    "literal": ("Literal['a', 1, True]", "1"),
    "numbers": ("list[int]", "[0, -1]"),
    "no_numbers": ("list[int]", "[]"),
    "texts": ("list[str]", repr(["", "[1]", '"', "--x", "é\n"])),
    "maybe_texts": ("list[str | None] | None", "['', None]"),
    "cases": ("tuple[Case, ...]", "(Case.UPPER, Case.LOWER)"),
    "pair": ("tuple[str, float]", "('-', -0.5)"),
    "anything": ("dict[str, Any]", "{'': [None, 0, False, '', {'a': -1.5}], 'é': {}}"),
    "by_name": ("dict[str, list[int]]", "{'a': [1]}"),
    "point": ("Point", "Point(1.5, 'é', [timedelta(seconds=1)])"),
    "no_point": ("Point | None", "None"),
    "points": ("list[Point]", "[Point(0.0), Point(-1.0)]"),
    "area": ("Area", "Area(name='home')"),
    "bounded": ("Annotated[int, Field(ge=1)]", "5"),
    "address": ("HttpUrl", "HttpUrl('https://example.org/?a=b')"),
}

MODULE = """
from pydantic import BaseModel, Field, HttpUrl

class Case(enum.Enum):
    UPPER = "upper"
    LOWER = "lower"

class Day(enum.Enum):
    FIRST = date(2026, 1, 31)

@dataclasses.dataclass
class Point:
    lat: float
    label: str | None = None
    waits: list[timedelta] = dataclasses.field(default_factory=list)

class Area(BaseModel):
    name: str = Field(min_length=1)
    corners: list[float] = []

@hook
def run(*, {parameters}) -> None:
    for name, value in sorted(locals().items()):
        wanted = run.__kwdefaults__[name]
        assert type(value) is type(wanted) and value == wanted and repr(value) == repr(wanted), (name, value, wanted)
    print("all as they were")
"""


@pytest.fixture
def spec(job: HookProcess) -> HookSpec:
    """A hook with an option of every kind, whose function compares what it gets with its defaults."""
    parameters = ", ".join(f"{name}: {kind} = {value}" for name, (kind, value) in VALUES.items())
    job.write(MODULE.format(parameters=parameters))
    return HookSpec.from_json(json.loads(job.run("--describe").stdout))


def test_every_default_is_the_functions_own(job: HookProcess, spec: HookSpec) -> None:
    assert [option.name for option in spec.options] == list(VALUES)
    assert job.run().messages == ["all as they were"]


def test_every_value_arrives_by_argv_as_the_manifest_writes_it(job: HookProcess, spec: HookSpec) -> None:
    arguments = render_arguments(spec, {}, {}, {option.name: option.default_text for option in spec.options})

    assert len(arguments) == len(VALUES)
    assert job.run(*arguments).messages == ["all as they were"]


def test_every_value_arrives_by_environment(job: HookProcess, spec: HookSpec) -> None:
    variables = {f"HOOKKIT_OPTION_{option.name.upper()}": option.default_text for option in spec.options}

    assert job.run(**variables).messages == ["all as they were"]


def test_every_value_arrives_by_config_file(job: HookProcess, spec: HookSpec) -> None:
    (job.folder / "c.json").write_text(json.dumps({option.name: option.default for option in spec.options}))

    assert job.run("--config-file=c.json").messages == ["all as they were"]


def test_every_value_arrives_by_a_config_file_of_texts(job: HookProcess, spec: HookSpec) -> None:
    """An order's options are texts, all of them."""
    texts = {option.name: option.default_text for option in spec.options if not _is_text(option.type.kind)}
    (job.folder / "c.json").write_text(json.dumps({name: text for name, text in texts.items() if text}))

    assert job.run("--config-file=c.json").messages == ["all as they were"]


def _is_text(kind: str) -> bool:
    return kind == "str"  # a text in a config file is itself, and needs no quotes


def test_the_items_of_a_list_arrive_by_repeated_flags(job: HookProcess, spec: HookSpec) -> None:
    assert spec.options
    flags = ["--numbers=0", "--numbers", "-1", "--cases=UPPER", '--cases=["lower"]', "--pair=-", "--pair=-0.5"]
    flags += ['--points={"lat": 0}', '--points={"lat": -1}', '--maybe-texts=[""]', "--maybe-texts="]

    assert job.run(*flags).messages == ["all as they were"]


def test_toml_has_times_of_its_own(job: HookProcess, spec: HookSpec) -> None:
    assert spec.options
    (job.folder / "c.toml").write_text("""
        day = 2026-01-31
        moment = 2026-01-31T12:00:00.000005
        moment_in_utc = 2026-01-31T00:00:00Z
        span = -86400.000001
        numbers = [0, -1]
        point = { lat = 1.5, label = "é", waits = [1] }
    """)

    assert job.run("--config-file=c.toml").messages == ["all as they were"]


# ---------------------------------------------------------------- any text

ECHO = """
import json

@hook
def run(a: str, b: str | None, c: list[str], d: dict[str, str], e: list[str] | None = None) -> None:
    sys.stdout.buffer.write(json.dumps([a, b, c, d, e]).encode())
"""


@pytest.fixture
def echo(job: HookProcess) -> HookSpec:
    """A hook that says what it was given."""
    job.write(ECHO)
    return HookSpec.from_json(json.loads(job.run("--describe").stdout))


def values_that_arrive(job: HookProcess, spec: HookSpec, values: list[Any]) -> list[Any]:
    written = {one.name: one.type.write(value) for one, value in zip(spec.options, values, strict=True)}
    ended = job.run(*render_arguments(spec, {}, {}, written))
    assert ended.exit_code == 0, ended.stderr
    return list(json.loads(ended.stdout))


some = st.lists(texts, max_size=4)


@given(st.tuples(texts, st.none() | texts, some, st.dictionaries(texts, texts, max_size=4), st.none() | some))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_arrives_in_a_real_process_as_it_was(
    job: HookProcess, echo: HookSpec, values: tuple[Any, ...]
) -> None:
    assert values_that_arrive(job, echo, list(values)) == list(values)


def test_every_tricky_text_arrives_alone_and_in_a_list(job: HookProcess, echo: HookSpec) -> None:
    values = [TRICKY[-1], TRICKY[0], TRICKY, {text: text for text in TRICKY}, TRICKY]

    assert values_that_arrive(job, echo, values) == values


UNFIT = ["a\x1b[0m", "a\x07b", "{{workflow.name}}", "x" * 102_401, "\udcff"]


@pytest.mark.parametrize("text", UNFIT, ids=ascii)
@pytest.mark.parametrize("source", ["argv", "environment", "config file"])
def test_what_can_not_travel_is_refused_where_it_enters(job: HookProcess, source: str, text: str) -> None:
    job.write("@hook\ndef run(a: str) -> None: ...")
    if source == "argv":
        ended = job.run(f"--a={text}")
    elif source == "environment":
        ended = job.run(HOOKKIT_OPTION_A=text)
    else:
        (job.folder / "c.json").write_text(json.dumps({"a": text}))
        ended = job.run("--config-file=c.json")

    [line] = ended.messages
    assert (ended.exit_code, line.startswith("--a")) == (2, True)
    assert "put it into an input file" in line
    assert len(line) < 300


def test_no_argument_is_longer_than_the_kernel_takes(job: HookProcess) -> None:
    job.write("@hook\ndef run(a_long_name_of_an_option_as_long_as_they_get: str) -> None: print('arrived')")
    text = "é" * 51_200

    assert job.run(f"--a-long-name-of-an-option-as-long-as-they-get={text}").messages == ["arrived"]
    with pytest.raises(OSError, match="Argument list too long"):
        subprocess.run(["true", "x" * 131_072], check=False)


def test_a_value_that_was_refused_touches_nothing(job: HookProcess) -> None:
    job.write("@hook\ndef run(output: Annotated[Path, Output()], a: int) -> None: ...")

    assert job.run("--output=out", "--a=x").exit_code == 2
    assert not Path(job.folder / "out").exists()

"""What a function returns becomes a file each, cleaned for Argo, and results.json; what is wrong is named."""

import json
from pathlib import Path

import pytest
from realparts.hookprocess import Ended, HookProcess

FIELDS = """
    text: str
    number: int
    share: float | None
    done: bool
    day: date
    bands: list[str]
    seen: dict[str, int]
    case: Case
    inner: Inner
"""
RETURNED = """
    return Result("é", 0, None, False, date(2026, 1, 31), ["B02", ""], {"a": 1}, Case.LOWER, Inner("x"))
"""
KINDS = {
    "dataclass": "@dataclasses.dataclass\nclass Result:",
    "NamedTuple": "class Result(NamedTuple):",
    "pydantic model": "from pydantic import BaseModel\nclass Result(BaseModel):",
}
MODULE = """
class Case(enum.Enum):
    UPPER = "upper"
    LOWER = "lower"

@dataclasses.dataclass
class Inner:
    name: str

{kind}{fields}

@hook
def run(output: Annotated[Path, Output()]) -> Result:
    (output / "a").touch()
    {returned}
"""
TEXTS = {
    "text": "é",
    "number": "0",
    "share": "",
    "done": "false",
    "day": "2026-01-31",
    "bands": '["B02", ""]',
    "seen": '{"a": 1}',
    "case": "lower",
    "inner": '{"name": "x"}',
}
DATA = {
    "text": "é",
    "number": 0,
    "share": None,
    "done": False,
    "day": "2026-01-31",
    "bands": ["B02", ""],
    "seen": {"a": 1},
    "case": "lower",
    "inner": {"name": "x"},
}


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()} if folder.is_dir() else {}


@pytest.mark.parametrize("kind", ["dataclass", "NamedTuple", "pydantic model"])
def test_every_field_is_a_file_and_all_of_them_are_json(job: HookProcess, kind: str) -> None:
    if kind == "pydantic model":
        returned = RETURNED.replace(
            'Result("é", 0, None, False, date', 'Result(text="é", number=0, share=None, done=False, day=date'
        )
        for name, value in (("bands", '["B02'), ("seen", '{"a"'), ("case", "Case."), ("inner", "Inner(")):
            returned = returned.replace(value, f"{name}={value}")
    else:
        returned = RETURNED
    job.write(MODULE.format(kind=KINDS[kind], fields=FIELDS, returned=returned.strip()))

    ended = job.run("--output=out", "--results=results", HOOKKIT_OUTCOME_FILE=str(job.folder / "outcome"))

    assert ended.exit_code == 0, ended.stderr
    found = files(job.folder / "results")
    assert json.loads(found.pop("results.json")) == DATA
    assert found == TEXTS
    assert ended.products == ["a", "results.json"]
    assert json.loads((job.folder / "out/results.json").read_text()) == DATA
    assert json.loads((job.folder / "outcome").read_text())["results"] == DATA


ONE_TEXT = """
class Result(NamedTuple):
    {annotation}

@hook
def run({parameters}) -> Result:
    {body}
"""


def run(job: HookProcess, body: str, annotation: str = "text: str", parameters: str = "", *arguments: str) -> Ended:
    """A hook with this result and this body."""
    job.write(ONE_TEXT.format(annotation=annotation, body=body, parameters=parameters))
    return job.run("--results=results", *arguments)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"'\x1b[1;31mred\x1b[0m'", "red"),
        (r"'a\x00b\x07'", "ab"),
        (r"'{{workflow.name}}'", "{ {workflow.name}}"),
        (r"'a\udcff'", "a?"),
        (r"'line\nline\n'", "line\nline\n"),
        (r"''", ""),
    ],
)
def test_a_text_is_cleaned_of_what_argo_can_not_substitute(job: HookProcess, value: str, text: str) -> None:
    ended = run(job, f"return Result({value})")

    assert ended.exit_code == 0, ended.stderr
    assert (job.folder / "results/text").read_text() == text


def test_texts_inside_others_are_cleaned_too(job: HookProcess) -> None:
    ended = run(job, r"return Result(['\x1b[1mbold', '{{x}}', 'a\x7f'])", "texts: list[str]")

    assert ended.exit_code == 0, ended.stderr
    assert json.loads((job.folder / "results/texts").read_text()) == ["\x1b[1mbold", "{ {x}}", "a"]


def test_a_hook_without_outputs_has_results_all_the_same(job: HookProcess) -> None:
    assert run(job, "return Result('x')").exit_code == 0
    assert set(files(job.folder / "results")) == {"text", "results.json"}


def test_results_are_written_where_the_caller_stood(job: HookProcess) -> None:
    run(job, "os.chdir('/'); return Result('x')")

    assert (job.folder / "results/text").read_text() == "x"


def test_results_without_a_place_go_to_the_first_output_alone(job: HookProcess) -> None:
    parameters = "one: Annotated[Path, Output(optional=True)], two: Annotated[Path, Output(optional=True)]"
    job.write(ONE_TEXT.format(annotation="text: str", body="return Result('x')", parameters=parameters))

    assert job.run("--output=out").exit_code == 0
    assert [str(path.relative_to(job.folder)) for path in job.folder.glob("out/*/*")] == ["out/one/results.json"]


def test_an_optional_output_that_was_taken_away_still_gets_the_results(job: HookProcess) -> None:
    parameters = "output: Annotated[Path, Output(optional=True)]"

    ended = run(job, "output.rmdir(); return Result('x')", "text: str", parameters, "--output=out")

    assert (ended.exit_code, ended.products) == (0, ["results.json"])


# ---------------------------------------------------------------- mistakes

SAYS = "return what the signature says"
WRONG: dict[str, tuple[str, str, str]] = {
    "None": ("text: str", "return None", f"result 'text': is missing: the hook returned None; {SAYS}"),
    "nothing": ("text: str", "pass", f"result 'text': is missing: the hook returned None; {SAYS}"),
    "another type": ("text: str", "return 5", f"result 'text': is missing: the hook returned 5; {SAYS}"),
    "a number for a text": ("text: str", "return Result(5)", f"result 'text': 5 is not text; put it in quotes; {SAYS}"),
    "a text for a number": ("count: int", "return Result('5')", f"result 'count': '5' is not an int; {SAYS}"),
    "a text for a date": (
        "day: date",
        "return Result('2026-01-31')",
        f"result 'day': '2026-01-31' is not date; {SAYS}",
    ),
    "None for a number": (
        "count: int",
        "return Result(None)",
        f"result 'count': None is None, but a value is needed; {SAYS}",
    ),
    "an infinite number": (
        "share: float",
        "return Result(float('inf'))",
        f"result 'share': inf is not a finite float; {SAYS}",
    ),
    "an item": (
        "counts: list[int]",
        "return Result([1, 'x'])",
        f"result 'counts': [1, 'x'] has a wrong item 2: 'x' is not an int; {SAYS}",
    ),
    "a choice": ("mode: Literal['a', 'b']", "return Result('c')", f"result 'mode': 'c' is not one of a | b; {SAYS}"),
    "out of bounds": (
        "share: Annotated[float, Option(le=1)]",
        "return Result(1.5)",
        f"result 'share': 1.5 is not at most 1; {SAYS}",
    ),
    "too large": (
        "text: str",
        "return Result('é' * 51_201)",
        "result 'text': is 102,402 bytes long, and at most 102,400 can travel; write it into an output",
    ),
    "too large inside": (
        "texts: list[str]",
        "return Result(['x' * 102_401])",
        "result 'texts': is 102,405 bytes long, and at most 102,400 can travel; write it into an output",
    ),
}


@pytest.mark.parametrize(("annotation", "body", "line"), WRONG.values(), ids=WRONG)
def test_a_result_that_is_wrong_is_named_and_none_is_left(
    job: HookProcess, annotation: str, body: str, line: str
) -> None:
    parameters = "output: Annotated[Path, Output(optional=True)]"

    ended = run(job, body, annotation, parameters, "--output=out")

    assert (ended.exit_code, ended.last_words) == (1, line)
    assert ended.error["type"] == "OutputError"
    assert (ended.products, files(job.folder / "results")) == (["error.json"], {})


def test_every_wrong_result_is_named(job: HookProcess) -> None:
    ended = run(job, "return Result('x', None)", "count: int\n    share: float")

    assert [message.split(":")[0] for message in ended.messages] == ["result 'count'", "result 'share'"]


@pytest.mark.parametrize("body", ["raise ValueError", "os.abort()", "sys.exit(101)"])
def test_a_hook_that_fails_leaves_no_results(job: HookProcess, body: str) -> None:
    parameters = "output: Annotated[Path, Output(optional=True)]"

    ended = run(job, body, "text: str", parameters, "--output=out")

    assert ended.exit_code != 0
    assert (ended.products, files(job.folder / "results")) == (["error.json"], {})


def test_products_that_were_not_written_leave_no_results(job: HookProcess) -> None:
    ended = run(job, "return Result('x')", "text: str", "output: Annotated[Path, Output()]", "--output=out")

    assert (ended.exit_code, ended.products) == (1, ["error.json"])
    assert files(job.folder / "results") == {}


def test_a_place_that_can_not_be_written_is_named(job: HookProcess) -> None:
    (job.folder / "results").touch()

    ended = run(job, "return Result('x')")

    place = str(job.folder / "results")
    words = "can't be written: File exists; give a folder that you may write to"
    assert ended.exit_code == 1
    assert ended.last_words.startswith("results in '/")
    assert ended.last_words.endswith(words)
    assert place[:40] in ended.last_words


def test_a_hook_without_results_has_no_flag_for_them(job: HookProcess) -> None:
    job.write("@hook\ndef run() -> None: ...")

    assert job.run("--results=results").messages == ["--results: no such flag; see --help"]

"""A report of a run is one that a test can ask for folders, and that says all it knows when it fails."""

from dataclasses import replace
from pathlib import Path

import pytest

from hookkit.report import OutputFile, RunReport, Violation
from hookkit.testing import HookReport
from hookkit.testing.golden import Golden

REPORT = RunReport(
    hook="h",
    engine="process",
    exit_code=101,
    duration_seconds=1.5,
    peak_memory_bytes=None,
    message="no scene",
    results={"count": 3},
    outputs={"a": (OutputFile("x", 1, "00"),)},
    log=tuple(f"line {number}" for number in range(30)),
    violations=(
        Violation("network", "connect to 10.0.0.1:80 was refused", "src/h.py:3", "x()", "pass it as an input"),
    ),
)


def of(report: RunReport = REPORT, **folders: Path) -> HookReport:
    return HookReport.of(report, folders, Golden())


def test_it_is_the_report_that_the_desk_gave() -> None:
    report = of(a=Path("/a"))

    assert report.to_json() == REPORT.to_json()
    assert (report.exit_code, report.status, report.results) == (101, "failed", {"count": 3})


def test_the_only_output_needs_no_name() -> None:
    assert of(a=Path("/a")).output() == of(a=Path("/a")).output("a") == Path("/a")


@pytest.mark.parametrize(("name", "words"), [(None, "an output is to be named"), ("c", "no output 'c'")])
def test_an_output_that_is_not_there_is_said_with_those_that_are(name: str | None, words: str) -> None:
    with pytest.raises(ValueError, match=f"{words}: the hook has a, b"):
        of(a=Path("/a"), b=Path("/b")).output(name)


def test_a_failure_says_how_it_ended_what_was_refused_and_the_last_of_its_log() -> None:
    with pytest.raises(AssertionError) as caught:
        of().assert_done()

    lines = str(caught.value).splitlines()
    assert lines[:3] == [
        "h: failed (exit code 101), engine process",
        "  no scene",
        "  against the rule 'network': src/h.py:3: connect to 10.0.0.1:80 was refused; pass it as an input",
    ]
    assert lines[3:] == ["  the last of its log (30 lines):", *(f"    line {number}" for number in range(20, 30))]


def test_a_hook_that_is_done_says_nothing() -> None:
    report = of(replace(REPORT, exit_code=0))

    report.assert_done()
    assert report.ok


def test_the_outputs_of_a_hook_that_failed_are_not_compared(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no scene"):
        HookReport.of(REPORT, {"a": tmp_path}, Golden(tmp_path / "t.py", update=True)).assert_golden("golden")

    assert not list(tmp_path.iterdir())


def test_several_outputs_lie_in_the_golden_folder_by_their_names(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
    (tmp_path / "tests").mkdir()
    done, golden = replace(REPORT, exit_code=0), Golden(tmp_path / "tests" / "t.py", update=True)

    HookReport.of(done, {"a": tmp_path / "a", "b": tmp_path / "b"}, golden).assert_golden("golden")

    assert (tmp_path / "tests/golden/b/x").read_text() == "b"


def test_its_repr_is_one_short_line() -> None:
    assert repr(of()) == "<h: failed (exit code 101), engine process: no scene>"

"""Errors are facts first; their text is a line a problem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit import errors
from hookkit.contract import FIRST_AUTHOR_EXIT_CODE, RESERVED_EXIT_CODES
from hookkit.errors import (
    CallError,
    HookError,
    HookImportError,
    HookkitError,
    HookStopped,
    Problem,
    TransientError,
    shown,
)

EXIT_CODES = {
    "HookkitError": 125,
    "CallError": 2,
    "TargetError": 2,
    "ProjectError": 2,
    "ScaffoldError": 2,
    "SignatureError": 1,
    "HookImportError": 1,
    "OutputError": 1,
    "DependencyError": 1,
    "BuildError": 1,
    "EngineError": 125,
    "RegistryError": 125,
}


@pytest.mark.parametrize(("name", "exit_code"), EXIT_CODES.items())
def test_each_error_has_the_exit_code_that_the_table_of_the_module_says(name: str, exit_code: int) -> None:
    assert getattr(errors, name).exit_code == exit_code
    [line] = [line for line in str(errors.__doc__).splitlines() if name in line.split()]
    assert str(exit_code) in line.split()


def test_the_table_names_every_error() -> None:
    found = {
        name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, HookkitError)
    }

    assert found == set(EXIT_CODES)


def test_a_problem_is_a_line_of_where_what_and_what_to_do() -> None:
    assert str(Problem("--input", "is missing", "write --input=PATH")) == "--input: is missing; write --input=PATH"
    assert str(Problem("--input", "is missing")) == "--input: is missing"


@given(st.text(), st.text(), st.text())
def test_a_problem_stays_on_one_line_whatever_its_parts_hold(where: str, what: str, remedy: str) -> None:
    assert len(str(Problem(where, what, remedy)).splitlines()) <= 1


def test_an_error_has_a_line_a_problem() -> None:
    error = CallError(Problem("--a", "is missing"), Problem("--b", "is\nmissing"))

    assert str(error) == "--a: is missing\n--b: is missing"
    assert [problem.where for problem in error.problems] == ["--a", "--b"]


def test_an_import_error_shows_the_authors_traceback_below_the_problem() -> None:
    error = HookImportError(Problem("mask", "does not import: KeyError: 'x'"), "Traceback:\n  line 1\n")

    assert str(error) == "mask: does not import: KeyError: 'x'\nTraceback:\n  line 1"


class Rude:
    def __repr__(self) -> str:
        message = "no"
        raise RuntimeError(message)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", r"'a\nb'"),
        ("a" * 200, f"'{'a' * 78}…"),
        (5, "5"),
        pytest.param(10**5000, "<int>", id="huge int"),
        pytest.param(Rude(), "<Rude>", id="rude"),
    ],
)
def test_a_value_is_shown_on_one_short_line(value: object, text: str) -> None:
    assert shown(value) == text


@given(st.text() | st.binary() | st.integers() | st.lists(st.text()))
def test_no_value_takes_more_than_a_line_of_eighty_characters(value: object) -> None:
    assert len(shown(value)) <= 80
    assert len(shown(value).splitlines()) == 1


# ---------------------------------------------------------------- what authors raise


def test_a_hook_error_has_the_authors_code() -> None:
    assert HookError("no DEM").code == FIRST_AUTHOR_EXIT_CODE == 100
    assert HookError("no DEM", code=124).code == 124
    assert not HookError("no DEM").retryable


@pytest.mark.parametrize("code", [-1, 0, 1, 2, 64, 65, 75, 99, *sorted(RESERVED_EXIT_CODES), 256, 1000])
def test_a_code_that_would_be_misread_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match=f"exit code {code}: a hook's own codes are 100 to 124 and 166 to 255"):
        HookError("no DEM", code=code)


def test_every_code_that_the_message_offers_is_taken() -> None:
    for code in (*range(100, 125), *range(166, 256)):
        assert HookError("", code=code).code == code


def test_an_error_class_of_the_author_that_forgets_super_still_has_a_code() -> None:
    class NoDemError(HookError):
        def __init__(self) -> None:
            self.args = ("no DEM",)

    assert NoDemError().code == 100


def test_a_transient_error_is_to_be_tried_again() -> None:
    assert TransientError("no network").code == 75
    assert TransientError("no network").retryable


def test_a_stop_is_no_exception_that_authors_catch_by_accident() -> None:
    assert not issubclass(HookStopped, Exception)
    assert str(HookStopped("SIGTERM", 143)) == "stopped by SIGTERM"

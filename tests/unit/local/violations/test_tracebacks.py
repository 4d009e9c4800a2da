"""A stack trace becomes errors with their frames, whatever stands in it."""

import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.local.violations.tracebacks import Raised, read_traceback


def trace_of(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def raised_by(path: Path | str) -> Raised:
    with pytest.raises(OSError, match="Errno") as caught:
        Path(path).read_text(encoding="utf-8")
    return read_traceback(trace_of(caught.value))[-1]


def test_an_error_has_its_class_its_words_and_its_frames(tmp_path: Path) -> None:
    error = raised_by(tmp_path / "missing")

    assert error.kind == "FileNotFoundError"
    assert error.number == 2
    assert error.paths == (str(tmp_path / "missing"),)
    assert error.frames[0].file == __file__
    assert error.frames[0].code == 'Path(path).read_text(encoding="utf-8")'


@pytest.mark.parametrize("name", ["it's", 'a "b"', "back\\slash", "new\nline", "ümläut", "two -> three"])
def test_paths_come_back_as_they_are_whatever_is_in_their_names(tmp_path: Path, name: str) -> None:
    assert raised_by(tmp_path / name).paths == (str(tmp_path / name),)


def test_both_paths_of_a_rename_are_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="->") as caught:
        (tmp_path / "a").rename(tmp_path / "b")

    assert read_traceback(trace_of(caught.value))[-1].paths == (str(tmp_path / "a"), str(tmp_path / "b"))


def test_the_part_of_the_line_that_ran_is_what_python_underlines() -> None:
    def fail() -> int:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x") as caught:
        [1 + fail()]

    frame = read_traceback(trace_of(caught.value))[-1].frames[0]
    assert frame.code == "[1 + fail()]"
    assert frame.part == "fail()"


def test_errors_that_led_to_others_come_first() -> None:
    try:
        try:
            int("x")
        except ValueError as error:
            raise KeyError("later") from error
    except KeyError as error:
        found = read_traceback(trace_of(error))

    assert [one.kind for one in found] == ["ValueError", "KeyError"]


def test_a_failed_look_up_of_a_name_has_a_negative_number() -> None:
    text = 'Traceback (most recent call last):\n  File "/a.py", line 3, in f\n    g()\n'
    text += "socket.gaierror: [Errno -3] Temporary failure in name resolution\n"

    assert read_traceback(text)[0].number == -3


@given(st.text(alphabet=st.sampled_from("\n \"[]^~FileErrnolin0123,:\\'")))
def test_no_text_breaks_the_reading(text: str) -> None:
    for error in read_traceback(text):
        assert error.number is None or isinstance(error.number, int)
        assert all(path.startswith("/") for path in error.paths)

"""What a program says has the first meaning that fits, and passes on no password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.image.words import Meaning, causes_of, in_short, meaning_of, without_passwords

MEANINGS = (
    Meaning(r"^no (?P<thing>\w+)(?: in (?P<place>\w+))?", "{thing} is missing in {place}", "get it"),
    Meaning("no", "something else", "ask"),
)


def test_the_first_meaning_that_fits_counts_with_what_its_pattern_found() -> None:
    assert meaning_of("it says:\nno bread in house", MEANINGS) == (MEANINGS[0], {"thing": "bread", "place": "house"})
    assert meaning_of("no bread", MEANINGS) == (MEANINGS[0], {"thing": "bread", "place": ""})
    assert meaning_of("oh no", MEANINGS) == (MEANINGS[1], {})
    assert meaning_of("yes", MEANINGS) is None


@pytest.mark.parametrize("login", ["token", "ann:pa55", "ann:pa@55", "ann:"])
def test_an_address_is_told_without_who_asks(login: str) -> None:
    said = f"error: https://{login}@example.org/simple and http://{login}@example.org:80 failed"

    assert without_passwords(said) == "error: https://***@example.org/simple and http://***@example.org:80 failed"


@pytest.mark.parametrize("said", ["https://example.org/a@b", "mail ann@example.org", "ratio 1://2"])
def test_what_is_no_login_stays(said: str) -> None:
    assert without_passwords(said) == said


@given(st.text(), st.integers(1, 50))
def test_words_are_one_line_of_at_most_so_many_characters(words: str, most: int) -> None:
    short = in_short(words, most)

    assert len(short) <= most
    assert len(short.splitlines()) <= 1
    if len(short) < most:
        assert short == " ".join(words.split())


def test_an_error_is_told_with_all_that_it_was_raised_from_even_in_a_circle() -> None:
    inner, middle, outer = OSError("inner"), ValueError("middle"), RuntimeError("outer")
    outer.__cause__, middle.args, inner.__context__ = middle, ("words", inner), outer

    assert causes_of(outer) == [outer, middle, inner]
    assert causes_of(inner) == [inner, outer, middle]

"""A text arrives in a container as it is, or is refused with a way out; a result's text is cleaned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EACH_KIND, texts

from hookkit.datatypes import ValueType
from hookkit.travel import MAX_TEXT_BYTES, cleaned, quoted, refuse_what_cannot_travel, unquoted

UNFIT = {
    "NUL": ("a\0b", r"control character '\x00'"),
    "escape": ("\x1b[1m", r"control character '\x1b'"),
    "delete": ("\x7f", r"control character '\x7f'"),
    "next line": ("a\x85b", r"control character '\x85'"),
    "surrogate": ("a\ud800", "not valid UTF-8"),
    "bytes of a file name": ("a\udcff", "not valid UTF-8"),
    "tag": ("{{workflow.name}}", "'{{'"),
    "too long": ("a" * (MAX_TEXT_BYTES + 1), "is 102,401 bytes long, and at most 102,400 can travel"),
    "too long in bytes": ("é" * (MAX_TEXT_BYTES // 2 + 1), "is 102,402 bytes long"),
}


@pytest.mark.parametrize(("text", "words"), UNFIT.values(), ids=UNFIT)
@pytest.mark.parametrize("kind", EACH_KIND.values(), ids=EACH_KIND)
def test_a_text_that_would_not_arrive_is_refused_with_a_way_out(kind: ValueType, text: str, words: str) -> None:
    for take in (kind.read, kind.replace(optional=True).read, kind.load):
        with pytest.raises(ValueError, match=r"travel|tag") as caught:
            take(text)
        assert words in str(caught.value)
        assert str(caught.value).endswith("put it into an input file")


@pytest.mark.parametrize("text", [r'"\u0000"', r'"\ud800"', r'"{\u007bx}}"', r'"\u001b"'])
def test_the_quotes_of_an_optional_text_hide_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="put it into an input file"):
        ValueType("str", optional=True).read(text)


@pytest.mark.parametrize("text", ["a" * MAX_TEXT_BYTES, "a\tb\r\nc", "{", "}}", "🛰", "\u2028", "\u00a0"])
def test_all_other_text_travels(text: str) -> None:
    refuse_what_cannot_travel(text)

    assert ValueType("str").read(text) == text


# ---------------------------------------------------------------- inside others

HIDDEN = [r"\u0000", r"\ud800", r"{\u007b", r"\u001b"]
WITHIN = {
    "an item": (ValueType("list", items=(ValueType(),)), '["{}"]'),
    "an item of a tuple": (ValueType("fixed tuple", items=(ValueType(),)), '["{}"]'),
    "a value": (ValueType("dict", items=(ValueType(),)), '{{"a": "{}"}}'),
    "a value of any type": (ValueType("dict"), '{{"a": [{{"b": "{}"}}]}}'),
    "a key": (ValueType("dict"), '{{"{}": 1}}'),
    "a field": (EACH_KIND["dataclass"], '{{"name": "{}"}}'),
    "a field of pydantic's": (ValueType("pydantic", json_schema={"type": "object"}), '{{"name": "{}"}}'),
}


@pytest.mark.parametrize("text", HIDDEN)
@pytest.mark.parametrize(("kind", "json_text"), WITHIN.values(), ids=WITHIN)
def test_what_hides_inside_a_value_is_refused_too(kind: ValueType, json_text: str, text: str) -> None:
    for take in (kind.read, kind.load, kind.replace(optional=True).read):
        with pytest.raises(ValueError, match="put it into an input file"):
            take(json_text.format(text))


# ---------------------------------------------------------------- quotes of optional texts


@given(texts | st.text())
def test_quotes_give_any_text_back_and_leave_the_empty_one_to_none(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert quoted(text) != ""


# ---------------------------------------------------------------- what results may hold


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain é 🛰", "plain é 🛰"),
        ("a\tb\nc\r\n", "a\tb\nc\r\n"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bMup", "up"),
        ("a\0b\x08\x7f\x85", "ab"),
        ("{{workflow.name}}", "{ {workflow.name}}"),
        ("{{{{", "{ { { {"),
        ("{\x00{", "{ {"),
        ("{\x1b[0m{", "{ {"),
        ("a\ud800b\udcff", "a?b?"),
    ],
)
def test_a_result_is_cleaned_of_what_breaks_argos_substitution(text: str, clean: str) -> None:
    assert cleaned(text) == clean


@given(st.text(st.characters() | st.sampled_from("{}\x1b[]m\x07\ud800"), max_size=30))
def test_what_is_cleaned_travels_and_is_clean(text: str) -> None:
    refuse_what_cannot_travel(cleaned(text))

    assert cleaned(cleaned(text)) == cleaned(text)


@given(texts)
def test_cleaning_leaves_what_travels(text: str) -> None:
    assert cleaned(text) == text

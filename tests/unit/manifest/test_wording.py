"""What an author wrote reads well where Argo and the platform show it."""

import pytest
from hypothesis import given
from strategies import texts

from hookkit.constraints import Constraints
from hookkit.datatypes import ValueType
from hookkit.manifest.wording import bounded_description, unwrapped
from hookkit.spec import OptionSpec

COUNT = ValueType("int", optional=True, constraints=Constraints(ge=1))
WHEN = (("mode", "fast"), ("quick", True))


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (OptionSpec("n", ValueType("int"), "How many"), "How many"),
        (OptionSpec("n", COUNT, "How many"), "How many (int, at least 1)"),
        (OptionSpec("n", COUNT), "(int, at least 1)"),
        (
            OptionSpec("n", COUNT, "How many", required_when=WHEN),
            "How many (int, at least 1; required when mode is fast and quick is true)",
        ),
        (
            OptionSpec("n", ValueType(), "Needed when mode is fast", required_when=WHEN),
            "Needed when mode is fast (required when mode is fast and quick is true)",
        ),
        # An author who names all that it depends on has said it already.
        (OptionSpec("n", ValueType(), "For mode=fast with quick", required_when=WHEN), "For mode=fast with quick"),
    ],
)
def test_a_description_says_bounds_and_condition(option: OptionSpec, words: str) -> None:
    assert bounded_description(option) == words


WRAPPED = {
    "one line": ("Mask clouds.", "Mask clouds."),
    "a sentence over two lines": ("Mask clouds\nand shadows.", "Mask clouds and shadows."),
    "two paragraphs": ("Mask\nclouds.\n\nAll of\nthem.", "Mask clouds.\n\nAll of them."),
    "a number at the start of a line": ("About\n10 of them.", "About 10 of them."),
    "a list": ("It has:\n- a\n- b\n* c\n1. d\n2) e", "It has:\n- a\n- b\n* c\n1. d\n2) e"),
    "what is indented": ("It has:\n    a = 1\n    b = 2", "It has:\n    a = 1\n    b = 2"),
    "a block of code": ("As in:\n```\nx\ny\n```", "As in:\n```\nx\ny\n```"),
    "a heading and a table": ("See\n# Title\n| a | b |\n| c | d |", "See\n# Title\n| a | b |\n| c | d |"),
}


@pytest.mark.parametrize(("text", "expected"), WRAPPED.values(), ids=WRAPPED)
def test_a_paragraph_becomes_one_line(text: str, expected: str) -> None:
    assert unwrapped(text) == expected


@given(texts)
def test_nothing_but_line_ends_changes(text: str) -> None:
    assert unwrapped(text).replace("\n", " ") == text.replace("\n", " ")

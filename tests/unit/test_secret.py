"""A secret never shows by accident, in whatever form it is written."""

import copy
import json
import logging
import pickle
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit import Secret
from hookkit.secret import HIDDEN, Mask

TEXT = "p4ss\"w'örd\\"

WAYS: dict[str, Callable[[Secret], str]] = {
    "str": str,
    "repr": repr,
    "format": "{}".format,
    "format of its repr": "{!r}".format,
    "format with a width": "{:>20}".format,
    "an f-string": lambda secret: f"{secret} {secret!r} {secret!s:5}",
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - it is tested
    "in a list": lambda secret: str([secret]),
    "in a dict": lambda secret: f"{ {'a': secret} }",
    "an exception": lambda secret: str(ValueError(secret)),
    "a log record": lambda secret: logging.makeLogRecord({"msg": "%s", "args": (secret,)}).getMessage(),
    "what it has": lambda secret: str(dir(secret)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_secret_does_not_show(way: Callable[[Secret], str]) -> None:
    assert "p4ss" not in way(Secret(TEXT))


def test_only_reveal_gives_the_text() -> None:
    assert Secret(TEXT).reveal() == TEXT
    assert str(Secret(TEXT)) == f"{Secret(TEXT)}" == HIDDEN
    assert f"{Secret(TEXT):>5}" == "  ***"


REFUSED: dict[str, Callable[[Any], object]] = {
    "pickle": pickle.dumps,
    "JSON": json.dumps,
    "joining": "".join,
    "adding": lambda secret: "a" + secret,
    "copying": copy.copy,
    "its fields": vars,
    "its length": len,
}


@pytest.mark.parametrize("way", REFUSED.values(), ids=REFUSED)
def test_what_would_take_the_text_along_unseen_is_refused_without_showing_it(way: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError) as caught:
        way([Secret(TEXT)] if way is REFUSED["joining"] else Secret(TEXT))

    assert "p4ss" not in str(caught.value)


def test_secrets_compare_by_their_text_and_are_true_where_they_have_one() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert {Secret("a"), Secret("a")} == {Secret("a")}
    assert (bool(Secret("a")), bool(Secret(""))) == (True, False)


# ---------------------------------------------------------------- where the text itself is shown

secrets = st.text(min_size=4).filter(lambda text: len(text.strip()) >= 4 and "*" not in text)


def masking(*texts: str) -> Mask:
    mask = Mask()
    for text in texts:
        mask.add(text)
    return mask


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "repr": repr,
    "repr of bytes": lambda text: repr(text.encode()),
    "JSON": json.dumps,
    "JSON that keeps letters": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON within a dict": lambda text: json.dumps({"a": [text]}),
    "a URL": lambda text: f"https://user:{urllib.parse.quote(text, safe='')}@example.org",
    "a query": lambda text: urllib.parse.urlencode({"token": text}),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("text", ["plain-text", TEXT, "multi\nline\n", "tab\there", "ümläut", "a b+c/d=", "{}[]\\n"])
def test_the_text_is_hidden_in_every_form_that_it_takes(form: Callable[[str], str], text: str) -> None:
    shown = masking(text).hide(f"before {form(text)} after")

    assert text.strip() not in shown
    assert form(text).strip("'\"b") not in shown
    assert HIDDEN in shown
    assert (shown[:7], shown[-6:]) == ("before ", " after")


@given(secrets, st.sampled_from(sorted(FORMS)))
def test_no_secret_shows_in_any_form(text: str, form: str) -> None:
    text = text.encode("utf-8", "replace").decode()

    assert masking(text).hide(f"<{FORMS[form](text)}>").count(text) == 0


def test_each_line_of_a_secret_is_hidden() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQ\nab\n-----END KEY-----\n"
    mask = masking(key)

    assert mask.hide("line: MIIEvQ") == "line: ***"
    assert mask.hide(key.strip()) == "***\n***\nab\n***"
    assert mask.hide("about") == "about"  # a line this short would hide half of every log


@pytest.mark.parametrize("texts", [("abcdef", "cd"), ("cd", "abcdef")])
def test_a_secret_that_holds_another_goes_whole(texts: tuple[str, str]) -> None:
    assert masking(*texts).hide("<abcdef> <cd>") == "<***> <***>"


@pytest.mark.parametrize("text", ["", " ", "\n", "\n\n"])
def test_an_empty_secret_hides_nothing(text: str) -> None:
    mask = masking(text)

    assert mask.hide("some \n text") == "some \n text"
    assert not mask


def test_a_mask_is_true_where_it_hides_something() -> None:
    assert masking("a")

"""Kubernetes' own rules of names and labels, at their edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.kubernetes import is_label_key, is_label_value, is_name, is_namespace, label_value

A_LABEL = "a" * 63

NAMES = ["a", "a-b", "a.b-c.d", "0", A_LABEL, "a" * 253, ".".join([A_LABEL] * 3)]
NO_NAMES = ["", "A", "a_b", "-a", "a-", "a.", ".a", "a..b", "a.-b", "a b", "a\n", "é", "a" * 254]


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_a_subdomain(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", NO_NAMES)
def test_no_name_is_anything_else(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(("text", "fits"), [("a-b", True), (A_LABEL, True), (f"{A_LABEL}a", False), ("a.b", False)])
def test_a_namespace_is_one_label(text: str, *, fits: bool) -> None:
    assert is_namespace(text) is fits


@pytest.mark.parametrize("text", ["", "a", "A.b_c-d", "1.0", A_LABEL])
def test_a_labels_value_is_short_and_plain(text: str) -> None:
    assert is_label_value(text)


@pytest.mark.parametrize("text", ["1.0+local", "-a", "a-", "a b", "a\n", f"{A_LABEL}a", "é"])
def test_no_labels_value_is_anything_else(text: str) -> None:
    assert not is_label_value(text)


@pytest.mark.parametrize("text", ["team", "A_b.c", "example.org/team", f"example.org/{A_LABEL}"])
def test_a_labels_key_is_a_name_with_a_domain_or_without(text: str) -> None:
    assert is_label_key(text)


@pytest.mark.parametrize("text", ["", "/a", "a/", "Example.org/a", "a/b/c", f"{A_LABEL}a", "a b"])
def test_no_labels_key_is_anything_else(text: str) -> None:
    assert not is_label_key(text)


@given(st.text())
def test_any_text_becomes_a_labels_value(text: str) -> None:
    assert is_label_value(label_value(text))


@given(st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", fullmatch=True))
def test_what_is_a_labels_value_stays_as_it_is(text: str) -> None:
    assert label_value(text) == text

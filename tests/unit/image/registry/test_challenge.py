import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.image.registry.challenge import Challenge, read_challenges

HEADERS = {
    'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"': [
        Challenge("bearer", "https://auth.example/token", "registry.example")
    ],
    'Basic realm="Registry Realm"': [Challenge("basic", "Registry Realm")],
    "basic": [Challenge("basic")],
    'BEARER  Realm = "https://a/t" , SERVICE=plain': [Challenge("bearer", "https://a/t", "plain")],
    'Basic realm="x", Bearer realm="https://a/t",service="s"': [
        Challenge("basic", "x"),
        Challenge("bearer", "https://a/t", "s"),
    ],
    "Negotiate, Basic realm=x": [Challenge("negotiate"), Challenge("basic", "x")],
    r'Bearer realm="https://a/t",service="a \"quoted\", one"': [Challenge("bearer", "https://a/t", 'a "quoted", one')],
    'Bearer error="insufficient_scope",realm="https://a/t"': [Challenge("bearer", "https://a/t")],
    "": [],
    ' ,, "': [],
}


@pytest.mark.parametrize(("header", "expected"), HEADERS.items())
def test_challenges_are_read_as_http_writes_them(header: str, expected: list[Challenge]) -> None:
    assert list(read_challenges(header)) == expected


@given(st.text())
def test_no_header_is_too_odd_to_be_read(header: str) -> None:
    assert len(read_challenges(header)) <= len(header)


texts = st.text(st.characters(min_codepoint=32, max_codepoint=126))


@given(texts, texts)
def test_what_is_quoted_comes_back(realm: str, service: str) -> None:
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in (realm, service)]

    read = read_challenges('Bearer realm="{}",service="{}"'.format(*quoted))

    assert read == (Challenge("bearer", realm, service),)

"""What is written is read alike by a parser of YAML 1.2, to which other words are numbers and other lines are ends."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.manifest import render_workflow_template, yaml_text
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec

ruamel = pytest.importorskip("ruamel.yaml")

#: Words of YAML 1.1, of 1.2, of both, and what they are made of.
WORDS = [
    *("y", "n", "no", "on", "off", "true", "null", "~", "=", "<<", "e3", "1e3", "0o7", "07", "0x1", "0b1", "1_0"),
    *(
        ".5",
        ".inf",
        ".nan",
        "1:20",
        "2026-01-31",
        "-",
        "?",
        ":",
        "#",
        "---",
        "...",
        "%",
        "\n",
        " ",
        "\t",
        "\x85",
        "\u2028",
    ),
]
texts = st.lists(st.sampled_from(WORDS), max_size=4).map("".join) | st.text(max_size=8)
values = st.recursive(
    texts | st.booleans() | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def read(text: str) -> Any:
    return ruamel.YAML(typ="safe", pure=True).load(text)


@given(st.dictionaries(texts, values, max_size=3))
def test_yaml_1_2_gives_the_same_mapping_back(data: dict[str, Any]) -> None:
    assert read(yaml_text(data)) == data


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_one_of_them_knows_stays_a_text(word: str) -> None:
    assert read(yaml_text({word: word, "list": [word]})) == {word: word, "list": [word]}


def test_a_manifest_is_read_as_it_was(spec: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(spec, image)

    assert read(yaml_text(manifest)) == manifest

import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from hookkit.manifest import json_text, render_workflow_template, yaml_text
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec

# What YAML 1.1, YAML 1.2 or a parser in use takes for something else than this text.
MISREAD = [
    *("y", "Y", "n", "N", "yes", "No", "on", "ON", "off", "true", "TRUE", "False", "null", "NULL", "Null", "~"),
    *("", "=", "<<", "?", "-", "---", "...", "!", "&a", "*a", "@a", "`a", "%a", "|", ">", "[", "{", "}", ",", "#"),
    *("1", "-1", "+1", "1.5", ".5", "1.", "1e3", "1E3", "1e+3", "1_000", "0o7", "0O7", "07", "0x1F", "0b1", "1:30"),
    *("190:20:30", "190:20:30.15", ".inf", "-.INF", ".nan", "inf", "NaN", "2024-01-31", "2024-01-31T12:00:00Z"),
    *("01", "1:20", "0.1e-5", "12e03", "a\u2029b", "a\x1bb", "\x07", "\ufeffa", "a\xa0b"),
    *("2001-12-14 21:59:43.10 -5", "a: b", "a:", "a #b", "a ", " a", "a\t", "'a'", '"a"', "a\x85b", "a\u2028b"),
]
PLAIN = ["hello", "Letter case of the result", "/mnt/vol/input", "-m", "--input=/mnt/vol", "a:b", "café 値"]

text = st.text() | st.sampled_from(MISREAD) | st.text("ab \n\t:#-'\"", max_size=12)
value = st.recursive(
    text | st.booleans() | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
mapping = st.dictionaries(text, value, max_size=5)


@given(mapping)
@example({"a": "\n"})
@example({"a": "b\n\n"})
@example({"a": " b\nc"})
@example({"a": "b\n c\n"})
@example({"a": {"b": ["c\n\n  d\n", "e\nf"]}})
def test_yaml_gives_the_same_mapping_back(data: dict[str, object]) -> None:
    assert yaml.safe_load(yaml_text(data)) == data


@given(mapping)
def test_json_gives_the_same_mapping_back(data: dict[str, object]) -> None:
    assert json.loads(json_text(data)) == data


@pytest.mark.parametrize("text", MISREAD)
def test_what_a_parser_would_misread_is_in_double_quotes(text: str) -> None:
    written = yaml_text({"key": text, "list": [text], text: "value"})

    assert written.count('"') >= 6
    assert written.startswith('key: "')
    assert yaml.load(written, Loader=yaml.BaseLoader) == {"key": text, "list": [text], text: "value"}  # noqa: S506 - it makes nothing but text


@pytest.mark.parametrize("text", PLAIN)
def test_words_and_paths_stand_without_quotes(text: str) -> None:
    assert yaml_text({"key": text}) == f"key: {text}\n"


def test_several_lines_are_a_block() -> None:
    assert yaml_text({"a": {"b": "First.\n\n  Second: 1\n"}}) == "a:\n  b: |\n    First.\n\n      Second: 1\n"


@pytest.mark.parametrize("text", [" a\nb", "a\n\n", "\na", "a \nb", "a\u2028\nb", "a\tb\nc"])
def test_a_block_that_parsers_could_read_differently_is_in_quotes(text: str) -> None:
    assert yaml_text({"a": text}).startswith('a: "')


def test_keys_keep_their_order_and_values_that_are_one_object_are_written_out() -> None:
    shared = {"z": "1", "a": "2"}

    assert yaml_text({"b": shared, "a": shared}) == 'b:\n  z: "1"\n  a: "2"\na:\n  z: "1"\n  a: "2"\n'


def test_a_long_line_stays_one_line() -> None:
    assert yaml_text({"a": "word " * 100 + "end"}).count("\n") == 1


def test_a_manifest_is_written_the_same_twice_and_reads_as_it_was(spec: HookSpec, image: ImageReference) -> None:
    manifest = render_workflow_template(spec, image)
    written = yaml_text(manifest)

    assert yaml_text(render_workflow_template(spec, image)) == written
    assert yaml.safe_load(written) == manifest
    assert list(yaml.safe_load(written)) == ["apiVersion", "kind", "metadata", "spec"]


def test_json_is_indented_ends_with_a_line_and_keeps_letters_as_they_are() -> None:
    assert json_text({"a": ["café"]}) == '{\n  "a": [\n    "café"\n  ]\n}\n'

"""Files that are no manifests, or want to be too much: one line each, in bounded time and memory."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import json_values

from hookkit.check.manifest import limits
from hookkit.check.manifest.checking import Source, check_source
from hookkit.check.manifest.places import Places
from hookkit.check.manifest.reading import Complaint, read_documents

HEAD = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"


def lines(content: bytes | str) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    return [str(one) for one in check_source(Source("file", raw))]


def bomb(levels: int) -> str:
    """Each level is nine aliases of the one before."""
    rows = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels))]
    return "\n".join(rows)


ONE_LINE: dict[str, tuple[bytes | str, str]] = {
    "empty": (b"", "file: SY103 error: the file holds nothing; write a manifest"),
    "comments": (b"# nothing\n---\n", "file: SY103 error: the file holds nothing; write a manifest"),
    "text": ("just words", "file:1:1: SY104 error: the document is the value 'just words', not a mapping"),
    "list": ("- a\n- b\n", "file:1:1: SY104 error: the document is a list, not a mapping"),
    "number": ("42", "file:1:1: SY104 error: the document is the value 42"),
    "binary": (bytes(range(256)), "file:2:1: SY101 error: the file is not UTF-8"),
    "latin-1": ("a: 1\nb: caf\xe9".encode("latin-1"), "file:2:1: SY101 error: the file is not UTF-8"),
    "zero bytes": (HEAD.encode() + b"a: \x00", "file:3:4: SY101 error: the file holds the control character U+0000"),
    "tab": (HEAD + "metadata:\n\tname: a\n", "file:4:1: SY102 error: not YAML: a tab stands where blanks belong"),
    "open bracket": (HEAD + "metadata: {name: a\n", "file:4:1: SY102 error: not YAML:"),
    "html": ("<!doctype html>\n<p>a: b: c</p>", "SY102"),
    "unknown alias": ("a: *b", "file:1:4: SY102 error: not YAML: found undefined alias"),
    "alias bomb": (bomb(12), "SY108 error: its aliases stand for more than 200,000 values"),
    "cycle": ("a: &a\n  b: *a\n", "SY108 error: an alias stands for what it is a part of"),
    "cycle in a list": ("&a [*a]", "SY108 error: an alias stands for what it is a part of"),
    "brackets": ("[" * 100_000, "SY107 error: mappings and lists lie more than 100 deep"),
    "dashes": ("- " * 50_000, "SY107"),
    "question marks": ("? " * 50_000, "SY107"),
    "indentation": ("\n".join(f"{' ' * n}a:" for n in range(400)), "SY107"),
    "JSON brackets": ('{"a":' * 50_000, "SY107"),
    "mapping as a key": ("? [a, b]\n: c\n", "file:1:1: SY102 error: a mapping or list stands as a key"),
    "other kind": ("apiVersion: v1\nkind: ConfigMap\n", "file: SY110 warning: nothing in it is a Workflow"),
    "other data": ('{"a": {"b": 1}}', "file: SY110 warning: nothing in it is a Workflow"),
    "no kind": ("apiVersion: v1\n", "file:1:1: SY109 error kind: the document has no kind"),
    "50 MB": (b"a" * 50_000_000, "file: SY106 error: the file has more than 8 MiB"),
    "a million values": ("[" + "1," * 1_000_000 + "1]", "SY106 error: the document holds more than 250,000 values"),
}


@pytest.mark.parametrize("name", ONE_LINE)
def test_what_is_no_manifest_is_one_line(name: str) -> None:
    content, words = ONE_LINE[name]

    found = lines(content)

    assert len(found) == 1, found
    assert words in found[0]


def test_ten_thousand_templates_are_one_line() -> None:
    template = "  - name: t{}\n    container: {{image: a}}\n"
    spec = "spec:\n  entrypoint: t0\n  templates:\n" + "".join(template.format(number) for number in range(10_000))

    found = lines(HEAD + "metadata: {name: a}\n" + spec)

    assert found == [
        "file:6:3: SI104 error spec.templates: the workflow has 10,000 templates; Argo's CRD takes 200; split it, and call the parts by `templateRef`"  # noqa: E501 - the line itself
    ]


def test_more_findings_than_anyone_reads_are_cut() -> None:
    content = "---\n".join("apiVersion: v1\n" for _ in range(limits.FINDINGS + 50))

    found = lines(content)

    assert len(found) == limits.FINDINGS + 1
    assert sum("SY111 error: there are more than 1,000 findings" in one for one in found) == 1


def test_the_documents_before_a_mistake_of_syntax_are_checked() -> None:
    found = lines("apiVersion: v1\n---\na: [\n")

    assert [one.split()[1] for one in found] == ["SY109", "SY102"]


def test_a_byte_order_mark_and_line_ends_of_windows_are_read() -> None:
    text = "apiVersion: v1\r\n\r\nkind: Workflo\r\n"

    assert lines(b"\xef\xbb\xbf" + text.encode()) == [
        "file: SY110 warning: nothing in it is a " + _KINDS + "; nothing was checked"
    ]


_KINDS = "Workflow, WorkflowTemplate, ClusterWorkflowTemplate, CronWorkflow"


def test_json_is_read_with_its_tabs() -> None:
    [document] = read_documents(b'{\n\t"a": [1, "\\u00e9", null, true]\n}')

    assert document.data == {"a": [1, "é", None, True]}


def test_json_with_characters_in_two_halves_is_read() -> None:
    data = {"satellite": "\N{SATELLITE} in orbit", "escaped": "\\ud83d\\ude80"}

    [document] = read_documents(json.dumps(data).encode())

    assert document.data == data


def test_merge_keys_give_what_is_not_written() -> None:
    text = "base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nmerged:\n  b: 5\n  <<: [*base, *other]\n"
    [document] = read_documents(text.encode())

    assert document.data["merged"] == {"a": 1, "b": 5, "c": 4}
    assert [node.value for node in Places(document).find(("merged", "c"))] == ["c", "4"]


def test_keys_are_the_texts_that_kubernetes_makes_of_them() -> None:
    [document] = read_documents(b"on: 1\n1: 2\n'off': 3\n")

    assert document.data == {"true": 1, "1": 2, "off": 3}


def test_a_tag_makes_a_text_of_a_number() -> None:
    [document] = read_documents(b"[!!str 1, 3, '4', !custom 5]")

    assert document.data == ["1", 3, "4", 5]


def test_a_key_that_stands_twice_is_named_where_it_stands_again() -> None:
    [document] = read_documents(b"a: 1\nb: 2\na: 3\n")

    assert [(one.what, one.line) for one in document.complaints] == [("the key 'a' stands twice in one mapping", 2)]


@given(json_values)
def test_json_is_read_as_what_it_means(value: object) -> None:
    text = json.dumps({"a": value})
    try:
        documents = list(read_documents(text.encode()))
    except Complaint:  # half a character alone, which no UTF-8 has
        return

    assert [document.data for document in documents] == [json.loads(text)]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_file_gives_more_than_complaints(content: bytes) -> None:
    for document in _documents(content):
        assert document is not None


def _documents(content: bytes) -> list[object]:
    try:
        return list(read_documents(content))
    except Complaint:
        return []

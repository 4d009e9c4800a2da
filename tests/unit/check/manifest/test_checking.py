"""What holds for every manifest: no data gives a traceback, and what it relies on can't be taken away unseen."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import json_values

from hookkit.check.finding import Finding, Severity
from hookkit.check.manifest.checking import Source, check_manifests, check_source
from hookkit.check.manifest.document import KINDS
from hookkit.check.manifest.reading import read_documents

TESTS = Path(__file__).parents[3]
GOOD = {path.stem: path.read_text() for path in sorted(TESTS.glob("manifests/*.yaml"))}
WORDS = sorted({word for text in GOOD.values() for word in re.findall(r"[a-zA-Z]+(?=:)", text)})

TEXTS = st.sampled_from(
    [
        "",
        "a",
        "main",
        "{{item}}",
        "{{inputs.parameters.a}}",
        "{{=",
        "{{=a.b[",
        "{{steps.main.outputs.result}}",
        "1Gi",
        "/a",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers(-1, 2) | TEXTS
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=30,
)


def check(text: str) -> list[Finding]:
    return check_source(Source("file", text.encode("utf-8", "surrogatepass")), None)


def errors(text: str) -> list[str]:
    return [str(one) for one in check(text) if one.rule.severity is Severity.ERROR]


@given(st.sampled_from(sorted(KINDS)), ANYTHING | json_values, ANYTHING | json_values)
@settings(max_examples=300, deadline=None)
def test_no_data_gives_a_traceback(kind: str, metadata: object, spec: object) -> None:
    document = {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}

    for finding in check(json.dumps(document)):
        assert str(finding).count("\n") == 0


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each container of a value with each of its keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield value, key
        yield from places(below)


@given(st.sampled_from(sorted(GOOD)), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_good_manifest_with_anything_in_one_place_gives_no_traceback(name: str, data: st.DataObject) -> None:
    for document in read_documents(GOOD[name].encode()):
        changed = copy.deepcopy(document.data)
        everywhere = list(places(changed))
        holder, key = everywhere[data.draw(st.integers(0, len(everywhere) - 1))]
        holder[key] = data.draw(ANYTHING)

        check(json.dumps(changed))


@given(st.sampled_from(sorted(GOOD)), st.data())
@settings(max_examples=150, deadline=None)
def test_a_file_that_is_cut_off_gives_no_traceback(name: str, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(GOOD[name])))

    check(GOOD[name][:end])


def names_of(pattern: str, text: str) -> list[str]:
    return sorted(set(re.findall(pattern, text)))


REFERENCES = [
    (name, word)
    for name, text in GOOD.items()
    for word in names_of(r"\{\{=?(?:steps|tasks|inputs\.parameters|inputs\.artifacts)\.([-\w]+)", text)
]


@pytest.mark.parametrize(("name", "word"), REFERENCES)
def test_what_a_reference_leads_to_can_not_be_renamed_unseen(name: str, word: str) -> None:
    declared = re.compile(rf"((?:- |\{{)name: ){re.escape(word)}(?=[\s,}}])")
    renamed, number = declared.subn(r"\1renamed-by-a-test", GOOD[name])

    assert number
    assert errors(GOOD[name]) == []
    assert any("RE1" in one or "EX1" in one for one in errors(renamed)), errors(renamed)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_places_do_not_depend_on_how_the_data_is_written(name: str) -> None:
    broken = GOOD[name].replace("entrypoint: ", "entrypoint: un", 1)
    [first, *_] = [document.data for document in read_documents(broken.encode())]

    as_json = {(one.rule.code, one.place.path) for one in check(json.dumps(first, indent=2))}
    as_yaml = {(one.rule.code, one.place.path) for one in check(broken.split("\n---\n")[0])}

    # What an alias repeats is told once in YAML, and as often as it stands there in JSON.
    assert as_yaml <= as_json


def test_findings_come_by_file_and_line() -> None:
    bad = GOOD["hook"].replace("entrypoint: main", "entrypoint: mian").replace("cloud-mask:1.0.0", "cloud-mask:latest")

    found = check_manifests([Source("b", bad.encode()), Source("a", b""), Source("c", bad.encode())])

    places_found = [(one.place.file, one.place.line) for one in found]
    assert places_found == [("b", 13), ("b", 84), ("a", 0), ("c", 13), ("c", 84)]


def test_what_lies_in_a_list_is_checked_with_its_whole_path() -> None:
    document = next(read_documents(GOOD["steps"].replace("onExit: notify", "onExit: nobody").encode())).data
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [{"kind": "Secret"}, document]})

    [finding] = [one for one in check(text) if one.rule.severity is Severity.ERROR]

    assert (finding.rule.code, finding.place.path) == ("EN104", "items[1].spec.onExit")


def test_an_empty_list_is_nothing_to_check() -> None:
    assert [one.rule.code for one in check('{"kind": "List", "items": []}')] == ["SY110"]


def test_references_in_a_field_that_nobody_knows_are_not_judged() -> None:
    text = GOOD["hook"].replace("  templates:", "  template:")

    assert {one.rule.code for one in check(text)} == {"EN102", "EN107", "ST101"}


def test_what_is_missing_with_all_around_it_is_said_once() -> None:
    text = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {workflowTemplateRef: {name: any}}\n"

    assert [one.rule.code for one in check(text)] == ["NA101"]


def test_a_tag_in_a_long_script_is_found_on_its_own_line() -> None:
    script = "\n".join(f"        print({number})" for number in range(100))
    text = GOOD["steps"].replace(
        '        print(json.dumps(["{{inputs.parameters.region}}"]))', script + " # {{inputs.nope.x}}"
    )

    [finding] = [one for one in check(text) if one.rule.severity is Severity.ERROR]

    assert "{{inputs.nope.x}}" in text.splitlines()[finding.place.line - 1][finding.place.column - 1 :]


def test_importing_the_check_imports_no_yaml() -> None:
    import subprocess
    import sys

    program = "import hookkit.check, hookkit.check.manifest.checking, sys; print('yaml' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"

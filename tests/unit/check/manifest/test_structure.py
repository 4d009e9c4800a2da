"""Documents against the schema; mistakes in otherwise good manifests lie in tests/mistakes, their lines marked."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import json_values

from hookkit.check.finding import DataPath, Fault
from hookkit.check.manifest.document import KINDS
from hookkit.check.manifest.places import Places
from hookkit.check.manifest.reading import read_documents
from hookkit.check.manifest.schema import load_schema
from hookkit.check.manifest.schema.types import SCALARS, Choice, Closed, ListOf, MappingOf, Scalar, Type
from hookkit.check.manifest.schema.walk import objects
from hookkit.check.manifest.structure import RULES, check_structure
from hookkit.check.manifest.versions import RULES as VERSION_RULES
from hookkit.check.manifest.versions import check_versions

TESTS = Path(__file__).parents[3]
GOOD = sorted(TESTS.glob("golden/*/*.workflowtemplate.yaml"))
MARK = re.compile(r"# <- (?P<code>(?:ST|VE)\d+)$")
TARGET = re.compile(r"# argo-version: (?P<version>\S+)\n")
PLANTED = sorted(path for path in TESTS.glob("mistakes/*.yaml") if re.search(r"# <- (ST|VE)\d+\n", path.read_text()))

#: The machine may be busy: no test asserts a time.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Values of each scalar of the schema, as PyYAML may give them.
SCALAR_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "any": json_values,
    "boolean": st.booleans(),
    "int-or-string": st.integers() | st.text() | st.just(2.0),
    "integer": st.integers() | st.just(2.0),
    "number": st.integers() | st.floats(),
    "quantity": st.sampled_from(["1Gi", 1, 0.5]),
    "string": st.text() | st.dates() | st.datetimes(),
    "time": st.sampled_from(["2026-01-31T00:00:00Z"]) | st.datetimes(),
}


def values(type_: Type, depth: int) -> st.SearchStrategy[Any]:
    """Values that the schema takes, with objects in each other up to a depth."""
    if isinstance(type_, Scalar):
        return SCALAR_VALUES[next(name for name, one in SCALARS.items() if one is type_)].filter(
            lambda one: one is not None
        )
    if isinstance(type_, Choice):
        return st.sampled_from([*type_.values, "", "{{inputs.parameters.word}}"])
    if isinstance(type_, ListOf):
        return st.lists(values(type_.of, depth), max_size=2)
    if isinstance(type_, MappingOf):
        return st.dictionaries(st.text(), values(type_.of, depth), max_size=2)
    return documents(type_, depth - 1)


@st.composite
def documents(draw: st.DrawFn, definition: Closed, depth: int = 7) -> dict[str, Any]:
    optional = (
        draw(st.lists(st.sampled_from(sorted(definition.fields)), max_size=3)) if definition.fields and depth else []
    )
    chosen = dict.fromkeys([*definition.required, *optional])
    return {field: draw(values(definition.fields[field], depth)) for field in chosen}


@st.composite
def kinds_and_documents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(sorted(KINDS)))
    return kind, draw(documents(load_schema().definitions[kind]))


def template(**fields: Any) -> dict[str, Any]:
    """A WorkflowTemplate with one template."""
    return {"metadata": {"name": "one"}, "spec": {"entrypoint": "main", "templates": [{"name": "main", **fields}]}}


def container(**fields: Any) -> dict[str, Any]:
    return template(container={"image": "registry.example.org/one:1", **fields})


def faults(document: Mapping[str, Any], kind: str = "WorkflowTemplate") -> list[Fault]:
    return list(check_structure(document, kind))


def only_fault(document: Mapping[str, Any], kind: str = "WorkflowTemplate") -> Fault:
    (fault,) = faults(document, kind)
    return fault


# ---------------------------------------------------------------- whole manifests


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.parent.name)
def test_what_hookkit_writes_has_no_fault_for_any_version(path: Path) -> None:
    (document,) = read_documents(path.read_bytes())

    assert faults(document.data) == []
    assert list(check_versions(document.data, "WorkflowTemplate", None)) == []


@pytest.mark.parametrize("path", PLANTED, ids=lambda path: path.stem)
def test_a_planted_mistake_is_the_only_fault_and_found_at_its_line(path: Path) -> None:
    text = path.read_text()
    target = TARGET.match(text)
    version = target["version"] if target else None
    (document,) = read_documents(text.encode())
    data = document.data

    found = [*check_structure(data, data["kind"]), *check_versions(data, data["kind"], version)]

    expected = [(number, mark["code"]) for number, line in enumerate(text.split("\n")) if (mark := MARK.search(line))]
    assert [(Places(document).find(fault.path)[0].start_mark.line, fault.rule.code) for fault in found] == expected


def test_each_rule_has_a_planted_mistake() -> None:
    planted = {code for path in PLANTED for code in re.findall(r"# <- (\S+)\n", path.read_text())}

    assert planted == {rule.code for rule in (*RULES, *VERSION_RULES)}


# ---------------------------------------------------------------- properties


@unhurried
@given(kinds_and_documents())
def test_what_the_schema_describes_has_no_fault(drawn: tuple[str, dict[str, Any]]) -> None:
    kind, document = drawn

    assert faults(document, kind) == []


@unhurried
@given(kinds_and_documents(), st.data())
def test_one_misspelt_field_is_one_fault_at_its_path(drawn: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    kind, document = drawn
    one = data.draw(st.sampled_from([one for one in objects(document, kind) if one.data]))
    field = data.draw(st.sampled_from(sorted(one.data)))
    assert isinstance(one.data, dict)

    one.data[f"{field}X"] = one.data.pop(field)

    fault = only_fault(document, kind)
    assert (fault.rule.code, fault.path) == ("ST101", (*one.path, f"{field}X"))


@unhurried
@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(["metadata", "spec", "kind"]), json_values))
def test_whatever_a_document_holds_it_is_checked(kind: str, document: dict[str, Any]) -> None:
    assert all(isinstance(fault, Fault) for fault in check_structure(document, kind))


# ---------------------------------------------------------------- fields


@pytest.mark.parametrize(
    ("document", "path", "remedy"),
    [
        (container(comand=["x"]), ("container", "comand"), "did you mean 'command'?"),
        (container(env=[{"name": "A", "Value": "b"}]), ("container", "env", 0, "Value"), "did you mean 'value'?"),
        (
            container(retryStrategy={"limit": 2}),
            ("container", "retryStrategy"),
            "put it beside 'container', not inside it",
        ),
        (container(port=[]), ("container", "port"), "did you mean 'ports'?"),
        (template(sidecar=[]), ("sidecar",), "did you mean 'sidecars'?"),
        (template(container={}, image="x"), ("image",), "put it inside 'container'"),
        (template(script={}, image="x"), ("image",), "put it inside 'script'"),
        (template(ttlStrategy={}), ("ttlStrategy",), "put it beside 'templates', not inside it"),
        (template(suspend={"forever": True}), ("suspend", "forever"), "it has duration"),
        (template(wholly=1), ("wholly",), "leave it out"),
    ],
)
def test_an_unknown_field_is_told_where_it_belongs(document: dict[str, Any], path: DataPath, remedy: str) -> None:
    fault = only_fault(document)

    assert (fault.rule.code, fault.path) == ("ST101", ("spec", "templates", 0, *path))
    assert fault.remedy == remedy


def test_an_object_that_takes_no_field_is_told_to_be_empty() -> None:
    outputs = {"artifacts": [{"name": "a", "path": "/a", "archive": {"none": {"level": 1}}}]}

    assert only_fault(template(outputs=outputs)).remedy == "write {}"


def test_a_misspelt_field_that_is_required_is_one_fault() -> None:
    fault = only_fault(container(volumeMounts=[{"name": "work", "mountpath": "/mnt/vol"}]))

    assert (fault.rule.code, fault.remedy) == ("ST101", "did you mean 'mountPath'?")


@pytest.mark.parametrize("mount", [{"name": "work"}, {"name": "work", "mountPath": None}])
def test_a_required_field_that_is_not_there_or_holds_nothing_is_missing(mount: dict[str, Any]) -> None:
    fault = only_fault(container(volumeMounts=[mount]))

    assert (fault.rule.code, fault.path[-2:]) == ("ST102", (0, "mountPath"))


def test_fields_that_hold_nothing_count_as_not_written() -> None:
    assert faults(container(env=None, command=None, resources=None, imagePullPolicy=None)) == []


@pytest.mark.parametrize("field", ["none", "tar", "zip"])
def test_an_object_that_works_by_being_there_must_not_be_left_empty(field: str) -> None:
    outputs = {"artifacts": [{"name": "a", "path": "/a", "archive": {field: None}}]}

    fault = only_fault(template(outputs=outputs))

    assert (fault.rule.code, fault.remedy) == ("ST109", f"write `{field}: {{}}`")


def test_templates_written_inline_are_looked_into_at_any_depth() -> None:
    inline: dict[str, Any] = {"container": {"image": "x", "arg": []}}
    for _ in range(3):
        inline = {"dag": {"tasks": [{"name": "a", "inline": inline}]}}

    assert only_fault(template(**inline)).path[-1] == "arg"


def test_the_workflow_of_a_cronworkflow_is_looked_into() -> None:
    document = {"metadata": {}, "spec": {"schedules": ["* * * * *"], "workflowSpec": {"entrypiont": "main"}}}

    assert only_fault(document, "CronWorkflow").remedy == "did you mean 'entrypoint'?"


@pytest.mark.parametrize("place", ["hooks", "onExit", "templateDefaults", "status"])
def test_what_argo_takes_is_taken(place: str) -> None:
    spec = {
        "hooks": {"hooks": {"exit": {"template": "main"}, "running": {"expression": "true", "template": "main"}}},
        "onExit": {"onExit": "main"},
        "templateDefaults": {"templateDefaults": {"timeout": "30s", "container": {"imagePullPolicy": "Always"}}},
        "status": {},
    }[place]
    document = {"metadata": {"creationTimestamp": None}, "spec": spec, "status": {"phase": "Running", "nodes": {}}}

    assert faults(document, "Workflow") == []


def test_settings_of_plugins_items_of_loops_and_patches_are_free() -> None:
    assert faults(template(plugin={"slack": {"text": ["any", 1]}})) == []
    assert (
        faults(
            template(podSpecPatch="containers: []", steps=[[{"name": "a", "withItems": [1, "b", {"c": [2]}, None]}]])
        )
        == []
    )


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("document", "code", "what", "remedy"),
    [
        (container(args=[1]), "ST103", "the number 1 where a text belongs", 'quote it: "1"'),
        (container(args=[True]), "ST103", "the boolean true where a text belongs", 'quote it: "true"'),
        (container(args=[["a"]]), "ST103", "a list where a text belongs", "write a text"),
        (container(imagePullPolicy=1), "ST103", "the number 1 where a text belongs", 'quote it: "1"'),
        (container(tty="true"), "ST104", "the text 'true' where true or false belongs", "write true without quotes"),
        (container(tty="maybe"), "ST104", "the text 'maybe' where true or false belongs", "write true or false"),
        (template(parallelism="2"), "ST104", "the text '2' where a whole number belongs", "write 2 without quotes"),
        (template(parallelism=1.5), "ST104", "the number 1.5 where a whole number belongs", "write a whole number"),
        (template(parallelism=True), "ST104", "the boolean true where a whole number belongs", "write a whole number"),
        (
            template(activeDeadlineSeconds={}),
            "ST104",
            "a mapping where a whole number or a text belongs",
            "write a whole number or a text",
        ),
        (container(command="python"), "ST105", "the text 'python' where a list belongs", "write ['python']"),
        (
            container(command="python -m x"),
            "ST105",
            "the text 'python -m x' where a list belongs",
            "write a list, each word an item of its own",
        ),
        (container(args=1), "ST105", "the number 1 where a list belongs", "write [1]"),
        (container(env="A=b"), "ST105", "the text 'A=b' where a list belongs", "write a list of mappings"),
        (container(env={"A": "b"}), "ST105", "a mapping where a list belongs", "start each item with `- `"),
        (
            template(steps=[{"name": "a"}]),
            "ST105",
            "a mapping where a list belongs",
            "start it with two dashes: `- - name: ...`",
        ),
        (
            template(container=["x"]),
            "ST106",
            "a list where a mapping belongs",
            "write `key: value` lines, without dashes",
        ),
        (template(nodeSelector="a"), "ST106", "the text 'a' where a mapping belongs", "write `key: value` lines"),
        (
            container(imagePullPolicy="Sometimes"),
            "ST107",
            "'Sometimes' is not one of Always, IfNotPresent, Never",
            "write one of them",
        ),
        (
            container(imagePullPolicy="always"),
            "ST107",
            "'always' is not one of Always, IfNotPresent, Never",
            "did you mean 'Always'?",
        ),
        (
            container(imagePullPolicy="IfNotPresnt"),
            "ST107",
            "'IfNotPresnt' is not one of Always, IfNotPresent, Never",
            "did you mean 'IfNotPresent'?",
        ),
        (container(args=["a", None]), "ST108", "an item holds nothing", 'take it out, or write ""'),
        (container(env=[None]), "ST108", "an item holds nothing", 'take it out, or write ""'),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(document: dict[str, Any], code: str, what: str, remedy: str) -> None:
    fault = only_fault(document)

    assert (fault.rule.code, fault.what, fault.remedy) == (code, what, remedy)


@pytest.mark.parametrize(
    "document",
    [
        template(activeDeadlineSeconds=60),
        template(activeDeadlineSeconds="{{inputs.parameters.seconds}}"),
        template(parallelism=2.0),
        container(resources={"limits": {"cpu": 0.5, "memory": "1Gi", "nvidia.com/gpu": 1}}),
        container(readinessProbe={"httpGet": {"port": "http"}}),
        container(imagePullPolicy="{{workflow.parameters.policy}}"),
        container(imagePullPolicy=""),
        template(inputs={"parameters": [{"name": "a", "value": 1, "enum": [1, True]}]}),
    ],
)
def test_what_kubernetes_or_argo_reads_is_no_wrong_value(document: dict[str, Any]) -> None:
    assert faults(document) == []


def test_a_wrong_value_in_a_mapping_of_names_is_found_at_its_name() -> None:
    assert only_fault(template(nodeSelector={"disk": "fast", "gpu": 1})).path[-2:] == ("nodeSelector", "gpu")


@pytest.mark.parametrize("number", ["9" * 5000, "²", "٣", "-", ""])
def test_a_text_that_is_no_number_to_kubernetes_is_not_offered_as_one(number: str) -> None:
    assert only_fault(template(parallelism=number)).remedy == "write a whole number"

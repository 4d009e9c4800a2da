"""How large things may be: what is just small enough gives no finding, what is just too large one."""

from typing import Any

import pytest
import yaml

from hookkit.check.manifest import limits
from hookkit.check.manifest.checking import Source, check_source


def manifest(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": "large"},
        "spec": {"templates": [{"name": "main", "suspend": {}}], **spec},
    }


def codes(document: dict[str, Any]) -> list[str]:
    text = yaml.dump(document, Dumper=yaml.CSafeDumper)
    ignored = {"SE104", "QU106", "NA304"}
    return [one.rule.code for one in check_source(Source("file", text.encode())) if one.rule.code not in ignored]


def with_parameter(size: int) -> dict[str, Any]:
    return manifest(arguments={"parameters": [{"name": "list", "value": "x" * size}]})


def with_argument(size: int) -> dict[str, Any]:
    container = {"image": "busybox:1.36", "command": ["echo"], "args": ["x" * size]}
    return manifest(templates=[{"name": "main", "container": container}])


def with_variable(size: int) -> dict[str, Any]:
    container = {"image": "busybox:1.36", "command": ["env"], "env": [{"name": "X", "value": "x" * (size - 2)}]}
    return manifest(templates=[{"name": "main", "container": container}])


def with_templates(number: int) -> dict[str, Any]:
    return manifest(templates=[{"name": f"t{index}", "suspend": {}} for index in range(number)])


def with_tasks(number: int) -> dict[str, Any]:
    tasks = [{"name": f"t{index}", "inline": {"suspend": {}}} for index in range(number)]
    return manifest(templates=[{"name": "main", "dag": {"tasks": tasks}}])


def with_inputs(number: int) -> dict[str, Any]:
    parameters = [{"name": f"p{index}", "default": ""} for index in range(number)]
    return manifest(templates=[{"name": "main", "suspend": {}, "inputs": {"parameters": parameters}}])


def with_object(size: int) -> dict[str, Any]:
    """Of about so many bytes, in pieces that are small enough each."""
    pieces = [{"name": f"p{index}", "value": "x" * 30_000} for index in range(size // 30_000)]
    return manifest(arguments={"parameters": pieces})


def with_annotations(size: int) -> dict[str, Any]:
    document = manifest()
    document["metadata"]["annotations"] = {"a": "x" * (size - 1)}
    return document


LARGEST = [
    (with_parameter, limits.PARAMETER_ADVISED_BYTES, "SI102"),
    (with_parameter, limits.PARAMETER_BYTES, "SI101"),
    (with_argument, limits.ARGUMENT_BYTES, "SI103"),
    (with_variable, limits.ARGUMENT_BYTES, "SI103"),
    (with_templates, limits.TEMPLATES, "SI104"),
    (with_tasks, limits.TASKS, "SI105"),
    (with_inputs, limits.INPUT_PARAMETERS, "SI106"),
    (with_annotations, limits.ANNOTATIONS_BYTES, "ME105"),
]


@pytest.mark.parametrize(("make", "largest", "code"), LARGEST, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_too_large_is_told_and_the_largest_is_not(make: Any, largest: int, code: str) -> None:
    assert code not in codes(make(largest))
    assert codes(make(largest + 1)) == [code]


def test_an_object_that_etcd_refuses_is_told() -> None:
    assert codes(with_object(limits.OBJECT_BYTES - 100_000)) == []
    assert codes(with_object(limits.OBJECT_BYTES + 100_000)) == ["SI107"]


def test_bytes_are_counted_not_characters() -> None:
    document = manifest(arguments={"parameters": [{"name": "list", "value": "\N{SATELLITE}" * 10_000}]})

    assert codes(document) == ["SI102"]

"""SI: how large things may be."""

import json
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.manifest import limits
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.plain import listed, mapping, mappings, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws


def _bytes(words: str) -> int:
    """The length in UTF-8; quick where it is surely small."""
    return len(words) if len(words) < limits.KIB else len(words.encode("utf-8", "replace"))


def _sizes(manifest: Manifest, above: int, up_to: float) -> Flaws:
    """The values of parameters with so many bytes."""
    holders = [((*manifest.spec_path, "arguments"), manifest.arguments)]
    holders += [((*one.path, "inputs"), one.inputs) for one in manifest.templates]
    holders += [((*one.path, "arguments"), one.arguments) for one in manifest.calls]
    for path, holder in holders:
        for where, data in mappings(holder, "parameters", path):
            for key in ("value", "default"):
                size = _bytes(text(data.get(key)))
                if above < size <= up_to:
                    what = f"the {key} of {data.get('name')!r} has {size:,} bytes"
                    yield Flaw((*where, key), what, "hand it over as an artifact, or a reference to one")


def _parameter_refused(manifest: Manifest) -> Flaws:
    yield from _sizes(manifest, limits.PARAMETER_BYTES, float("inf"))


def _parameter_advised(manifest: Manifest) -> Flaws:
    yield from _sizes(manifest, limits.PARAMETER_ADVISED_BYTES, limits.PARAMETER_BYTES)


def _argument(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        for key in ("command", "args"):
            for index, value in enumerate(listed(container.data.get(key))):
                if _bytes(text(value)) > limits.ARGUMENT_BYTES:
                    what = f"the argument has {_bytes(value):,} bytes; Linux takes {limits.ARGUMENT_BYTES:,}"
                    yield Flaw((*container.path, key, index), what, "hand it over in a file")
        for path, data in mappings(container.data, "env", container.path):
            size = _bytes(f"{text(data.get('name'))}={text(data.get('value'))}")
            if size > limits.ARGUMENT_BYTES:
                what = f"the variable has {size:,} bytes; Linux takes {limits.ARGUMENT_BYTES:,}"
                yield Flaw((*path, "value"), what, "hand it over in a file")


def _templates(manifest: Manifest) -> Flaws:
    number = len(listed(manifest.spec.get("templates")))
    if number > limits.TEMPLATES:
        what = f"the workflow has {number:,} templates; Argo's CRD takes {limits.TEMPLATES}"
        yield Flaw((*manifest.spec_path, "templates"), what, "split it, and call the parts by `templateRef`")


def _tasks(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        number = len(listed(mapping(template.data.get("dag")).get("tasks")))
        if number > limits.TASKS:
            what = f"the DAG has {number:,} tasks; Argo's CRD takes {limits.TASKS}"
            yield Flaw((*template.path, "dag", "tasks"), what, "use a loop, or a DAG of DAGs")


def _inputs(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        number = len(listed(template.inputs.get("parameters")))
        if number > limits.INPUT_PARAMETERS:
            what = f"the template has {number:,} input parameters; Argo's CRD takes {limits.INPUT_PARAMETERS}"
            yield Flaw((*template.path, "inputs", "parameters"), what, "hand over one JSON document")


def _object(manifest: Manifest) -> Flaws:
    if _weight(manifest.data, limits.OBJECT_BYTES) > limits.OBJECT_BYTES:
        size = len(json.dumps(manifest.data, default=str).encode("utf-8", "replace"))
        if size > limits.OBJECT_BYTES:
            what = f"the object has {size:,} bytes; etcd takes {limits.OBJECT_BYTES:,}"
            yield Flaw((), what, "split it, and keep data in artifacts")


def _weight(value: object, enough: int) -> int:
    """A quick guess at the bytes of a value as JSON, from above; it stops where that is enough."""
    weight = 0
    waiting = [value]
    while waiting and weight <= enough:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
            weight += sum(6 * len(key) + 6 for key in one)
        elif isinstance(one, list):
            waiting += one
            weight += 2 * len(one) + 4
        else:
            weight += 6 * len(one) + 4 if isinstance(one, str) else 24
    return weight


FAMILY: Final[Family] = (
    (
        Rule(
            "SI101",
            f"the value of a parameter has at most {limits.PARAMETER_BYTES // limits.KIB} KiB",
            "It becomes one argument or variable of a process (128 KiB), and travels in the pod's specification.",
        ),
        _parameter_refused,
    ),
    (
        Rule(
            "SI102",
            f"the value of a parameter has at most {limits.PARAMETER_ADVISED_BYTES // limits.KIB} KiB",
            "The pod's specification holds it several times.",
            Severity.WARNING,
        ),
        _parameter_advised,
    ),
    (Rule("SI103", "an argument or variable has less than 128 KiB", "Linux does not start the program."), _argument),
)

#: What is beyond these is refused at once: the other rules would take their time over it, to no use.
NUMBERS: Final[Family] = (
    (Rule("SI104", f"a workflow has at most {limits.TEMPLATES} templates", "The full CRD of Argo 4."), _templates),
    (Rule("SI105", f"a DAG has at most {limits.TASKS} tasks", "The full CRD of Argo 4."), _tasks),
    (
        Rule("SI106", f"a template has at most {limits.INPUT_PARAMETERS} input parameters", "The full CRD of Argo 4."),
        _inputs,
    ),
    (Rule("SI107", "an object has at most 1.5 MiB", "etcd refuses more."), _object),
)

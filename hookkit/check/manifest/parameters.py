"""PA: parameters, their values, where those come from and which are allowed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule, Severity
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.plain import is_tagged, listed, mapping, mappings, named, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws
from hookkit.errors import shown

_SOURCES: Final = (
    *("path", "jsonPath", "jqFilter", "event", "parameter", "supplied", "configMapKeyRef", "expression"),
)


def _spec_parameters(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    yield from mappings(manifest.arguments, "parameters", (*manifest.spec_path, "arguments"))


def _inputs(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    for template in manifest.templates:
        yield from mappings(template.inputs, "parameters", (*template.path, "inputs"))


def _arguments(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    for call in manifest.calls:
        yield from mappings(call.arguments, "parameters", (*call.path, "arguments"))


def _outputs(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    for template in manifest.templates:
        yield from mappings(template.outputs, "parameters", (*template.path, "outputs"))


def _all(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    for parameters in (_spec_parameters, _inputs, _arguments, _outputs):
        yield from parameters(manifest)


def _default_in_arguments(manifest: Manifest) -> Flaws:
    for path, data in _spec_parameters(manifest):
        if "default" in data:
            what = "a `default` in `spec.arguments` is ignored"
            yield Flaw((*path, "default"), what, "write `value`")


def _quoted(manifest: Manifest) -> Flaws:
    for path, data in _all(manifest):
        for key in ("value", "default"):
            if isinstance(data.get(key), bool | int | float):
                what = f"the {key} is {_yaml(data[key])}, not a text"
                yield Flaw((*path, key), what, "put it into quotes: all values of parameters are texts")


def _yaml(value: bool | float) -> str:  # noqa: FBT001 - the value itself
    return f"the boolean {str(value).lower()}" if isinstance(value, bool) else f"the number {value}"


def _composite(manifest: Manifest) -> Flaws:
    for path, data in _all(manifest):
        for key in ("value", "default"):
            if isinstance(data.get(key), list | dict):
                what = f"the {key} is a {'list' if isinstance(data[key], list) else 'mapping'}, not a text"
                yield Flaw((*path, key), what, "write it as JSON, in quotes")


def _quoted_enum(manifest: Manifest) -> Flaws:
    for path, data in (*_spec_parameters(manifest), *_inputs(manifest)):
        for index, value in enumerate(listed(data.get("enum"))):
            if not isinstance(value, str):
                yield Flaw(
                    (*path, "enum", index), f"the allowed value {shown(value)} is not a text", "put it into quotes"
                )


def _empty_enum(manifest: Manifest) -> Flaws:
    for path, data in (*_spec_parameters(manifest), *_inputs(manifest)):
        if data.get("enum") == []:
            yield Flaw((*path, "enum"), "the list of allowed values is empty", "give values, or take it out")


def _outside_enum(manifest: Manifest) -> Flaws:
    for path, data in (*_spec_parameters(manifest), *_inputs(manifest)):
        for key in ("value", "default"):
            if _is_outside(data.get(key), data):
                yield Flaw((*path, key), f"{shown(data[key])} is none of the allowed values", _allowed(data))


def _is_outside(value: object, parameter: Mapping[str, Any]) -> bool:
    allowed = listed(parameter.get("enum"))
    return isinstance(value, str) and bool(allowed) and not is_tagged(value) and value not in allowed


def _allowed(parameter: Mapping[str, Any]) -> str:
    return f"write one of {shown(listed(parameter.get('enum')))}"


def _enum_without_value(manifest: Manifest) -> Flaws:
    # Whoever submits a template gives the value.
    for path, data in _spec_parameters(manifest) if manifest.runs else ():
        if listed(data.get("enum")) and data.get("value") is None and data.get("valueFrom") is None:
            what = "a parameter with allowed values has no value"
            yield Flaw((*path, "enum"), what, "give a `value`, one of them")


def _argument_outside_enum(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        template = manifest.called(call)
        inputs = named(template.inputs, "parameters") if template else {}
        for path, data in mappings(call.arguments, "parameters", (*call.path, "arguments")):
            parameter = inputs.get(text(data.get("name")), {})
            if _is_outside(data.get("value"), parameter):
                what = f"{shown(data['value'])} is none of the values that the template allows"
                yield Flaw((*path, "value"), what, _allowed(parameter))


def _sources(manifest: Manifest) -> Flaws:
    for path, data in (*_spec_parameters(manifest), *_inputs(manifest), *_arguments(manifest)):
        value_from = data.get("valueFrom")
        if isinstance(value_from, dict):
            given = [one for one in _SOURCES if value_from.get(one) not in (None, "")]
            if len(given) != 1:
                what = f"`valueFrom` has {'no source' if not given else ' and '.join(given)}"
                yield Flaw((*path, "valueFrom"), what, "give exactly one source")


def _value_and_source(manifest: Manifest) -> Flaws:
    for path, data in (*_spec_parameters(manifest), *_inputs(manifest), *_arguments(manifest)):
        if data.get("value") is not None and data.get("valueFrom") is not None:
            yield Flaw((*path, "valueFrom"), "there are a `value` and a `valueFrom`", "keep one of them")


def _argument_without_value(manifest: Manifest) -> Flaws:
    for path, data in _arguments(manifest):
        if data.get("value") is None and data.get("valueFrom") is None and text(data.get("name")):
            what = f"the argument {data['name']!r} has no value"
            yield Flaw(path, what, "give a `value` or a `valueFrom`")


def _key_reference(manifest: Manifest) -> Flaws:
    for path, data in _all(manifest):
        reference = mapping(data.get("valueFrom")).get("configMapKeyRef")
        if isinstance(reference, dict) and not (text(reference.get("name")) and text(reference.get("key"))):
            where = (*path, "valueFrom", "configMapKeyRef")
            missing = "key" if text(reference.get("name")) else "name"
            yield Flaw((*where, missing), "the reference to a ConfigMap is not whole", "give its `name` and a `key`")


FAMILY: Final[Family] = (
    (
        Rule(
            "PA101",
            "`spec.arguments` has values, not defaults",
            "A `default` there is ignored: the parameter has no value. In the inputs of templates it is right.",
        ),
        _default_in_arguments,
    ),
    (
        Rule(
            "PA102",
            "a parameter's value is a text in quotes",
            "The full CRD of Argo 4 refuses numbers and booleans; YAML reads `yes`, `1e3` and `0o7` in its own way.",
        ),
        _quoted,
    ),
    (
        Rule("PA103", "a parameter's value is no list or mapping", "Older versions make it the empty text, silently."),
        _composite,
    ),
    (Rule("PA104", "allowed values are texts", "They are compared with a text."), _quoted_enum),
    (Rule("PA105", "a list of allowed values holds some", "Argo refuses an empty one."), _empty_enum),
    (
        Rule("PA106", "a parameter's value is one of those that it allows", "Argo refuses it, or the interface does."),
        _outside_enum,
    ),
    (
        Rule(
            "PA107",
            "a parameter of a Workflow or CronWorkflow with allowed values has one of them",
            "Without a value, Argo's lint skips all that follows, and its interface has nothing to show.",
            Severity.WARNING,
        ),
        _enum_without_value,
    ),
    (
        Rule("PA108", "an argument is one of the values that the template allows", "Argo looks at it in no way."),
        _argument_outside_enum,
    ),
    (Rule("PA109", "`valueFrom` has exactly one source", "Argo refuses none, and takes any of several."), _sources),
    (Rule("PA110", "a parameter has a value or a source, not both", "One of them is ignored."), _value_and_source),
    (Rule("PA111", "an argument has a value", "Argo refuses it."), _argument_without_value),
    (Rule("PA112", "a reference to a ConfigMap has name and key", "The value can't be found."), _key_reference),
)

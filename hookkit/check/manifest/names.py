"""NA: what things are called, so that Kubernetes takes the names and references find them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule, Severity
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.plain import is_tagged, mapping, mappings, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws
from hookkit.kubernetes import MAX_LABEL, is_name, is_namespace

_FIELD_NAME: Final = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
_VALUE_NAME: Final = re.compile(r"[-a-zA-Z0-9_]+")
_FIELD_NAME_LENGTH: Final = 128
#: A CronWorkflow puts eleven characters behind its name to name the workflows that it starts.
_CRON_LENGTH: Final = 52

Named = Iterator[tuple[DataPath, Mapping[str, Any]]]


def _object_name_missing(manifest: Manifest) -> Flaws:
    if not text(manifest.metadata.get("name")) and not text(manifest.metadata.get("generateName")):
        yield Flaw(("metadata", "name"), "the object has no name", "give it a `metadata.name`")


def _object_name_form(manifest: Manifest) -> Flaws:
    for key, tail in (("name", ""), ("generateName", "x")):
        name = text(manifest.metadata.get(key))
        if name and not is_name(name + tail):
            what = f"{name!r} is no name of a Kubernetes object"
            yield Flaw(
                ("metadata", key), what, "write lower-case letters, digits and `-`, a letter or digit at both ends"
            )


def _object_name_length(manifest: Manifest) -> Flaws:
    name = text(manifest.metadata.get("name"))
    longest = _CRON_LENGTH if manifest.kind == "CronWorkflow" else MAX_LABEL
    if len(name) > longest:
        what = f"the name has {len(name)} characters; a {manifest.kind} may have {longest}"
        yield Flaw(("metadata", "name"), what, "shorten it")


def _object_name_advised_length(manifest: Manifest) -> Flaws:
    name = text(manifest.metadata.get("name"))
    if manifest.kind.endswith("Template") and _CRON_LENGTH < len(name) <= MAX_LABEL:
        what = f"the name has {len(name)} characters: a CronWorkflow could not be named like it"
        yield Flaw(("metadata", "name"), what, f"keep to {_CRON_LENGTH}")


def _namespace(manifest: Manifest) -> Flaws:
    namespace = text(manifest.metadata.get("namespace"))
    if namespace and not is_namespace(namespace):
        what = f"{namespace!r} is no name of a namespace"
        yield Flaw(("metadata", "namespace"), what, "write at most 63 lower-case letters, digits and `-`")


# ---------------------------------------------------------------- templates, steps and tasks


def _templates(manifest: Manifest) -> Iterator[Named]:
    yield mappings(manifest.spec, "templates", manifest.spec_path)


def _siblings(manifest: Manifest) -> Iterator[Named]:
    """The steps of each template, and the tasks."""
    owners: dict[DataPath, list[tuple[DataPath, Mapping[str, Any]]]] = {}
    for call in manifest.calls:
        owners.setdefault(call.owner.path, []).append((call.path, call.data))
    yield from (iter(calls) for calls in owners.values())


def _fields(manifest: Manifest) -> Iterator[Named]:
    yield from _templates(manifest)
    yield from _siblings(manifest)


def _missing(groups: Callable[[Manifest], Iterator[Named]], word: str) -> Callable[[Manifest], Flaws]:
    def check(manifest: Manifest) -> Flaws:
        for group in groups(manifest):
            for path, data in group:
                if data.get("name") in (None, ""):
                    yield Flaw((*path, "name"), f"the {word} has no name", "name it")

    return check


def _repeated(groups: Callable[[Manifest], Iterator[Named]], word: str) -> Callable[[Manifest], Flaws]:
    def check(manifest: Manifest) -> Flaws:
        for group in groups(manifest):
            seen: set[str] = set()
            for path, data in group:
                name = text(data.get("name"))
                if name in seen:
                    yield Flaw((*path, "name"), f"there is another {word} {name!r} here", "name each differently")
                seen |= {name} - {""}

    return check


def _field_form(manifest: Manifest) -> Flaws:
    for group in _fields(manifest):
        for path, data in group:
            name = text(data.get("name"))
            if name and not (_FIELD_NAME.fullmatch(name) and len(name) <= _FIELD_NAME_LENGTH):
                what = f"{name!r} can't name a template, step or task"
                yield Flaw((*path, "name"), what, "write letters, digits and `-`, at most 128: no `_`, no `.`")


def _task_starts_with_digit(manifest: Manifest) -> Flaws:
    for call in manifest.calls:
        if call.root == "tasks" and call.name[:1].isdigit() and _FIELD_NAME.fullmatch(call.name):
            what = f"the task's name {call.name!r} starts with a digit"
            yield Flaw(
                (*call.path, "name"), what, "start with a letter: `depends` reads the name as a part of an expression"
            )


# ---------------------------------------------------------------- parameters and artifacts


def _holders(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    """Whatever has parameters and artifacts."""
    yield (*manifest.spec_path, "arguments"), manifest.arguments
    for template in manifest.templates:
        yield (*template.path, "inputs"), template.inputs
        yield (*template.path, "outputs"), template.outputs
    for call in manifest.calls:
        if call.arguments:
            yield (*call.path, "arguments"), call.arguments


def _of(key: str) -> Callable[[Manifest], Iterator[Named]]:
    def groups(manifest: Manifest) -> Iterator[Named]:
        for path, holder in _holders(manifest):
            if key in holder:
                yield mappings(holder, key, path)

    return groups


def _parameters_and_artifacts(manifest: Manifest) -> Iterator[Named]:
    yield from _of("parameters")(manifest)
    yield from _of("artifacts")(manifest)


def _value_form(manifest: Manifest) -> Flaws:
    for group in _parameters_and_artifacts(manifest):
        for path, data in group:
            name = text(data.get("name"))
            if name and not _VALUE_NAME.fullmatch(name):
                what = f"{name!r} can't name a parameter or an artifact"
                yield Flaw((*path, "name"), what, "write letters, digits, `-` and `_`: no `.`, no blank")


def _global_name(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        for key in ("parameters", "artifacts"):
            for path, data in mappings(mapping(template.outputs), key, (*template.path, "outputs")):
                name = text(data.get("globalName"))
                if name and not is_tagged(name) and not _VALUE_NAME.fullmatch(name):
                    what = f"{name!r} can't name a global output"
                    yield Flaw((*path, "globalName"), what, "write letters, digits, `-` and `_`")


_REFERENCES: Final = "References name it; Argo's validation refuses what has no name."

FAMILY: Final[Family] = (
    (
        Rule("NA101", "an object has a name", "`metadata.name`, or `metadata.generateName` for what is created anew."),
        _object_name_missing,
    ),
    (
        Rule("NA102", "an object's name is a DNS-1123 subdomain", "Kubernetes refuses others."),
        _object_name_form,
    ),
    (
        Rule(
            "NA103",
            "an object's name has at most 63 characters, a CronWorkflow's at most 52",
            "It becomes a label's value and a part of pods' names; Argo refuses longer ones.",
        ),
        _object_name_length,
    ),
    (
        Rule(
            "NA104",
            "a template's name has at most 52 characters",
            "A CronWorkflow puts eleven behind its own, and people name it like its template.",
            Severity.WARNING,
        ),
        _object_name_advised_length,
    ),
    (Rule("NA105", "a namespace is a DNS-1123 label", "Kubernetes refuses others."), _namespace),
    (Rule("NA201", "a template has a name", _REFERENCES), _missing(_templates, "template")),
    (Rule("NA202", "a step or task has a name", _REFERENCES), _missing(_siblings, "step or task")),
    (
        Rule(
            "NA203",
            "templates, steps and tasks are called by letters, digits and `-`",
            "Argo's validation: `[a-zA-Z0-9][-a-zA-Z0-9]*`, at most 128 characters.",
        ),
        _field_form,
    ),
    (Rule("NA204", "templates have different names", "Argo refuses the second."), _repeated(_templates, "template")),
    (
        Rule("NA205", "the steps or tasks of a template have different names", "Argo refuses the second."),
        _repeated(_siblings, "step or task"),
    ),
    (
        Rule("NA206", "a task's name starts with a letter", "Argo refuses a digit, which `depends` would misread."),
        _task_starts_with_digit,
    ),
    (
        Rule("NA301", "parameters and artifacts have names", _REFERENCES),
        _missing(_parameters_and_artifacts, "parameter or artifact"),
    ),
    (
        Rule(
            "NA302",
            "parameters and artifacts are called by letters, digits, `-` and `_`",
            "Argo's validation: `[-a-zA-Z0-9_]+`; a dot would end the name in a reference.",
        ),
        _value_form,
    ),
    (
        Rule("NA303", "parameters have different names", "Argo refuses the second."),
        _repeated(_of("parameters"), "parameter"),
    ),
    (
        Rule("NA304", "artifacts have different names", "Argo refuses the second."),
        _repeated(_of("artifacts"), "artifact"),
    ),
    (
        Rule("NA305", "a `globalName` is called like a parameter", "`{{workflow.outputs...}}` refers to it."),
        _global_name,
    ),
)

"""OU: what templates give, and where it is read from."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule, Severity
from hookkit.check.manifest.artifacts import stores
from hookkit.check.manifest.document import Manifest, Template
from hookkit.check.manifest.plain import is_tagged, mapping, mappings, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws

_SOURCES: Final = ("path", "jqFilter", "jsonPath", "parameter", "expression", "supplied", "event", "configMapKeyRef")
#: The sources that a template of a type can have.
_BY_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "container": ("path",),
    "script": ("path",),
    "containerSet": ("path",),
    "resource": ("jqFilter", "jsonPath"),
    "steps": ("parameter", "expression"),
    "dag": ("parameter", "expression"),
    "suspend": ("supplied",),
}

Output = tuple[DataPath, Mapping[str, Any]]


def _parameters(manifest: Manifest) -> Iterator[tuple[Template, DataPath, Mapping[str, Any]]]:
    for template in manifest.templates:
        for path, data in mappings(template.outputs, "parameters", (*template.path, "outputs")):
            yield template, path, data


def _artifacts(manifest: Manifest) -> Iterator[tuple[Template, DataPath, Mapping[str, Any]]]:
    for template in manifest.templates:
        for path, data in mappings(template.outputs, "artifacts", (*template.path, "outputs")):
            yield template, path, data


def _given(parameter: Mapping[str, Any]) -> list[str]:
    value_from = mapping(parameter.get("valueFrom"))
    return [one for one in _SOURCES if value_from.get(one) not in (None, "")]


def _no_source(manifest: Manifest) -> Flaws:
    for _, path, data in _parameters(manifest):
        if data.get("value") is None and not _given(data):
            what = f"the output {data.get('name')!r} comes from nowhere"
            yield Flaw(path, what, "give a `valueFrom`, such as `path` in a container")


def _several_sources(manifest: Manifest) -> Flaws:
    for _, path, data in _parameters(manifest):
        given = _given(data)
        if len(given) > 1:
            yield Flaw((*path, "valueFrom", given[1]), f"`valueFrom` has {' and '.join(given)}", "keep one of them")


def _value_and_source(manifest: Manifest) -> Flaws:
    for _, path, data in _parameters(manifest):
        if data.get("value") is not None and data.get("valueFrom") is not None:
            yield Flaw((*path, "value"), "there are a `value` and a `valueFrom`", "keep one of them")


def _wrong_source(manifest: Manifest) -> Flaws:
    for template, path, data in _parameters(manifest):
        fitting = _BY_TYPE.get(template.type)
        given = _given(data)
        if fitting and len(given) == 1 and given[0] not in fitting:
            what = f"a {template.type} template can't give an output by `{given[0]}`"
            yield Flaw((*path, "valueFrom", given[0]), what, f"write `{'` or `'.join(fitting)}`")


def _no_default(manifest: Manifest) -> Flaws:
    for _, path, data in _parameters(manifest):
        value_from = mapping(data.get("valueFrom"))
        if text(value_from.get("path")) and value_from.get("default") is None:
            what = f"where the container writes no {value_from['path']!r}, the step ends with an Error"
            yield Flaw((*path, "valueFrom"), what, 'give a `default`, such as ""')


def _artifact_path(manifest: Manifest) -> Flaws:
    for template, path, data in _artifacts(manifest):
        if template.type in _BY_TYPE and template.is_leaf and not text(data.get("path")):
            yield Flaw(path, f"the artifact {data.get('name')!r} lies nowhere", "give its `path` in the container")


def _artifact_origin(manifest: Manifest) -> Flaws:
    for template, path, data in _artifacts(manifest):
        origin = data.get("from") or data.get("fromExpression") or stores(data) or data.get("optional")
        if template.type in {"steps", "dag"} and not origin:
            what = f"the artifact {data.get('name')!r} comes from nowhere"
            yield Flaw(path, what, f"give `from`, as `{{{{{_root(template)}.NAME.outputs.artifacts.NAME}}}}`")


def _root(template: Template) -> str:
    return "tasks" if template.type == "dag" else "steps"


def _artifact_from_in_leaf(manifest: Manifest) -> Flaws:
    for template, path, data in _artifacts(manifest):
        for key in ("from", "fromExpression"):
            if template.is_leaf and data.get(key):
                what = f"a {template.type} template makes its artifacts itself"
                yield Flaw((*path, key), what, f"take `{key}` out, and give a `path`")


def _read_only(manifest: Manifest) -> Flaws:
    """Outputs of a container with a read-only root lie on a volume, or nobody can write them."""
    for container in manifest.containers:
        security = mapping(container.data.get("securityContext"))
        if container.role not in {"container", "script"} or security.get("readOnlyRootFilesystem") is not True:
            continue
        mounts = [text(one.get("mountPath")) for _, one in mappings(container.data, "volumeMounts", ())]
        for path, place in _places(container.template):
            if not _is_below(place, mounts) and "podSpecPatch" not in container.template.data:
                what = f"{place!r} lies on the read-only root file system"
                yield Flaw(path, what, "put it below a mounted volume")


def _places(template: Template) -> Iterator[tuple[DataPath, str]]:
    """The paths that a container has to write."""
    here = (*template.path, "outputs")
    for path, data in mappings(template.outputs, "parameters", here):
        yield (*path, "valueFrom", "path"), text(mapping(data.get("valueFrom")).get("path"))
    for path, data in mappings(template.outputs, "artifacts", here):
        yield (*path, "path"), text(data.get("path"))


def _is_below(place: str, mounts: list[str]) -> bool:
    if not place or is_tagged(place) or any(is_tagged(mount) for mount in mounts):
        return True
    return any(PurePosixPath(place).is_relative_to(mount) for mount in mounts if mount)


def _same_place(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        seen: set[str] = set()
        for path, place in _places(template):
            if place and place in seen:
                yield Flaw(path, f"another output is read from {place!r}, too", "give each its own path")
            seen.add(place)


def _main_container(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        if template.type == "containerSet" and (
            template.outputs.get("parameters") or template.outputs.get("artifacts")
        ):
            containers = mappings(mapping(template.data.get("containerSet")), "containers", ())
            if "main" not in {text(one.get("name")) for _, one in containers}:
                what = "outputs are read from the container `main`, which this set does not have"
                yield Flaw((*template.path, "outputs"), what, "name the container that writes them `main`")


FAMILY: Final[Family] = (
    (Rule("OU101", "an output parameter comes from somewhere", "Argo refuses it."), _no_source),
    (Rule("OU102", "an output parameter comes from one place", "Argo refuses several."), _several_sources),
    (Rule("OU103", "an output parameter has a value or a source, not both", "Argo refuses both."), _value_and_source),
    (
        Rule(
            "OU104",
            "an output parameter comes from where its template has outputs",
            "Containers write files, resources have fields, steps and DAGs pass on; Argo refuses the rest.",
        ),
        _wrong_source,
    ),
    (
        Rule(
            "OU105",
            "an output parameter has a default",
            "Argo reads it even when the container failed: a missing file hides the reason behind an Error of its own.",
            Severity.WARNING,
        ),
        _no_default,
    ),
    (Rule("OU106", "an output artifact has a path in the container", "Argo refuses it."), _artifact_path),
    (
        Rule("OU107", "an output artifact of steps or a DAG is one of theirs", "There is nothing to pass on."),
        _artifact_origin,
    ),
    (Rule("OU108", "a container's artifacts are its own", "Argo ignores `from` there."), _artifact_from_in_leaf),
    (
        Rule(
            "OU109",
            "with a read-only root file system, outputs lie on volumes",
            "The container can't write them, and fails.",
        ),
        _read_only,
    ),
    (
        Rule(
            "OU110",
            "each output has a place of its own",
            "Two outputs of one file: most often a copied line.",
            Severity.WARNING,
        ),
        _same_place,
    ),
    (
        Rule("OU111", "a container set with outputs has a container `main`", "Argo refuses it."),
        _main_container,
    ),
)

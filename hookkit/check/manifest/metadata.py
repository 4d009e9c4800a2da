"""ME: labels and annotations, of the object, its workflows and its pods."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.limits import ANNOTATIONS_BYTES
from hookkit.check.manifest.plain import is_tagged, mapping
from hookkit.check.manifest.rules import Family, Flaw, Flaws
from hookkit.errors import shown
from hookkit.kubernetes import is_label_key, is_label_value

_PROGRESS: Final = "workflows.argoproj.io/progress"

Metadata = tuple[DataPath, Mapping[str, Any]]


def _all(manifest: Manifest) -> Iterator[Metadata]:
    spec = manifest.spec
    yield ("metadata",), manifest.metadata
    if manifest.kind == "CronWorkflow":
        yield ("spec", "workflowMetadata"), mapping(mapping(manifest.data.get("spec")).get("workflowMetadata"))
    yield (*manifest.spec_path, "workflowMetadata"), mapping(spec.get("workflowMetadata"))
    yield (*manifest.spec_path, "podMetadata"), mapping(spec.get("podMetadata"))
    for template in manifest.templates:
        yield (*template.path, "metadata"), mapping(template.data.get("metadata"))


def _items(manifest: Manifest, kind: str) -> Iterator[tuple[DataPath, str, Any]]:
    for path, data in _all(manifest):
        for key, value in mapping(data.get(kind)).items():
            yield (*path, kind, key), key, value


def _keys(manifest: Manifest) -> Flaws:
    for kind in ("labels", "annotations"):
        for path, key, _ in _items(manifest, kind):
            # Annotations' prefixes are compared without regard to case.
            if not is_tagged(key) and not is_label_key(key if kind == "labels" else _lower_prefix(key)):
                what = f"{shown(key)} is no key of {kind}"
                yield Flaw(path, what, "write [DOMAIN/]NAME: letters, digits, `-`, `_` and `.`, at most 63")


def _lower_prefix(key: str) -> str:
    prefix, slash, name = key.rpartition("/")
    return f"{prefix.lower()}{slash}{name}"


def _label_value(manifest: Manifest) -> Flaws:
    for path, _, value in _items(manifest, "labels"):
        if isinstance(value, str) and not is_tagged(value) and not is_label_value(value):
            what = f"{shown(value)} can't be the value of a label"
            yield Flaw(
                path, what, "write letters, digits, `-`, `_` and `.`, at most 63; longer words belong into annotations"
            )


def _quoted(manifest: Manifest) -> Flaws:
    for kind in ("labels", "annotations"):
        for path, _, value in _items(manifest, kind):
            if isinstance(value, bool | int | float):
                yield Flaw(path, f"the value is {shown(value)}, not a text", "put it into quotes")


def _progress(manifest: Manifest) -> Flaws:
    for path, key, value in _items(manifest, "annotations"):
        if key == _PROGRESS and isinstance(value, str) and not is_tagged(value) and not _is_progress(value):
            yield Flaw(path, f"{shown(value)} is no progress", 'write it as "0/100"')


def _is_progress(value: str) -> bool:
    match = re.fullmatch(r"([0-9]{1,15})/([0-9]{1,15})", value)
    return match is not None and int(match[1]) <= int(match[2]) and int(match[2]) > 0


def _annotations_size(manifest: Manifest) -> Flaws:
    for path, data in _all(manifest):
        annotations = mapping(data.get("annotations")).items()
        size = sum(len(f"{key}{value}".encode("utf-8", "replace")) for key, value in annotations)
        if size > ANNOTATIONS_BYTES:
            what = f"the annotations have {size:,} bytes together; Kubernetes takes {ANNOTATIONS_BYTES:,}"
            yield Flaw((*path, "annotations"), what, "shorten them")


FAMILY: Final[Family] = (
    (Rule("ME101", "the key of a label or annotation is a qualified name", "Kubernetes refuses it."), _keys),
    (
        Rule("ME102", "a label's value is short and plain", "Kubernetes refuses it, and Argo's lint does not see it."),
        _label_value,
    ),
    (Rule("ME103", "labels and annotations are texts", "Kubernetes refuses numbers and booleans."), _quoted),
    (Rule("ME104", "a progress annotation counts: `N/M`", "Argo ignores others."), _progress),
    (Rule("ME105", "annotations have at most 256 KiB together", "Kubernetes refuses more."), _annotations_size),
)

"""AR: artifacts, where they come from and where they are laid."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule
from hookkit.check.manifest.document import Manifest, Template
from hookkit.check.manifest.plain import is_tagged, mapping, mappings, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws

#: Each store with the fields that Argo asks for; a key alone is enough for those of the artifact repository.
STORES: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": ("key",),
    "gcs": ("key",),
    "oss": ("key",),
    "azure": ("blob",),
    "artifactory": ("url",),
    "hdfs": ("path",),
    "git": ("repo",),
    "http": ("url",),
    "raw": ("data",),
    "plugin": (),
}
_ARCHIVES: Final = ("none", "tar", "zip")
_HIGHEST_MODE: Final = 0o777

Artifact = tuple[DataPath, Mapping[str, Any]]


def _inputs(template: Template) -> Iterator[Artifact]:
    yield from mappings(template.inputs, "artifacts", (*template.path, "inputs"))


def _outputs(template: Template) -> Iterator[Artifact]:
    yield from mappings(template.outputs, "artifacts", (*template.path, "outputs"))


def _arguments(manifest: Manifest) -> Iterator[Artifact]:
    yield from mappings(manifest.arguments, "artifacts", (*manifest.spec_path, "arguments"))
    for call in manifest.calls:
        yield from mappings(call.arguments, "artifacts", (*call.path, "arguments"))


def _all(manifest: Manifest) -> Iterator[Artifact]:
    yield from _arguments(manifest)
    for template in manifest.templates:
        yield from _inputs(template)
        yield from _outputs(template)


def stores(artifact: Mapping[str, Any]) -> list[str]:
    """The stores that an artifact names."""
    return [store for store in STORES if artifact.get(store) is not None]


def _input_path_missing(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        if template.is_leaf and template.type != "plugin":
            for path, data in _inputs(template):
                if not text(data.get("path")):
                    yield Flaw(
                        path, f"the artifact {data.get('name')!r} is laid nowhere", "give its `path` in the container"
                    )


def _path_without_container(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        if template.type in {"steps", "dag"}:
            for path, data in (*_inputs(template), *_outputs(template)):
                if text(data.get("path")):
                    what = f"a template of {template.type} has no container to lay an artifact in"
                    yield Flaw((*path, "path"), what, "take the `path` out")


def _same_path(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        seen: dict[str, str] = {}
        for path, data in _inputs(template):
            place = text(data.get("path")).rstrip("/")
            if place in seen and not is_tagged(place):
                yield Flaw(
                    (*path, "path"), f"the artifact {seen[place]!r} is laid there, too", "give each its own path"
                )
            if place:
                seen[place] = text(data.get("name"))


def _on_mount(manifest: Manifest) -> Flaws:
    mounts: dict[DataPath, set[str]] = {}
    for container in manifest.containers:
        if container.is_main:
            mounted = {
                text(one.get("mountPath")).rstrip("/") for _, one in mappings(container.data, "volumeMounts", ())
            }
            mounts.setdefault(container.template.path, set()).update(mounted - {""})
    for template in manifest.templates:
        for path, data in _inputs(template):
            if text(data.get("path")).rstrip("/") in mounts.get(template.path, set()):
                what = "a volume is mounted at the very path of the artifact"
                yield Flaw((*path, "path"), what, "lay the artifact below the mount path")


def _several_stores(manifest: Manifest) -> Flaws:
    for path, data in _all(manifest):
        found = stores(data)
        if len(found) > 1:
            yield Flaw((*path, found[1]), f"the artifact has {' and '.join(found)}", "keep one of them")


def _from_in_inputs(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        for path, data in _inputs(template):
            for key in ("from", "fromExpression"):
                if data.get(key):
                    yield Flaw((*path, key), f"an input can't have `{key}`", "write it in the caller's `arguments`")


def _argument_without_source(manifest: Manifest) -> Flaws:
    for path, data in _arguments(manifest):
        given = data.get("from") or data.get("fromExpression") or data.get("optional") or stores(data)
        if not given:
            what = f"the artifact {data.get('name')!r} comes from nowhere"
            yield Flaw(path, what, "give `from`, a store such as `s3`, or `optional: true`")


def _two_origins(manifest: Manifest) -> Flaws:
    for path, data in _all(manifest):
        if data.get("from") and data.get("fromExpression"):
            yield Flaw((*path, "fromExpression"), "there are `from` and `fromExpression`", "keep one of them")


def _absolute(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        for path, data in (*_inputs(template), *_outputs(template)):
            place = text(data.get("path"))
            if place and not place.startswith("/") and not is_tagged(place):
                yield Flaw((*path, "path"), f"the path {place!r} does not start at the root", "write `/` in front")


def _store_fields(manifest: Manifest) -> Flaws:
    for path, data in _all(manifest):
        for store in stores(data):
            for field in STORES[store]:
                if isinstance(data[store], dict) and not data[store].get(field):
                    yield Flaw((*path, store, field), f"`{store}` has no `{field}`", f"give a `{field}`")


def _archive(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        for path, data in _outputs(template):
            archive = data.get("archive")
            if isinstance(archive, dict):
                given = [one for one in _ARCHIVES if archive.get(one) is not None]
                if len(given) != 1:
                    what = f"`archive` has {' and '.join(given) or 'nothing'}"
                    yield Flaw((*path, "archive"), what, "write exactly one of `none: {}`, `tar: {}` and `zip: {}`")


def _mode(manifest: Manifest) -> Flaws:
    for path, data in _all(manifest):
        mode = data.get("mode")
        if isinstance(mode, int) and not isinstance(mode, bool) and not 0 <= mode <= _HIGHEST_MODE:
            what = f"{mode} is no mode of a file"
            yield Flaw((*path, "mode"), what, "write an octal number such as 0644 without quotes")


def _template_location(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        found = stores(mapping(template.data.get("archiveLocation")))
        if len(found) > 1:
            path = (*template.path, "archiveLocation", found[1])
            yield Flaw(path, f"the location has {' and '.join(found)}", "keep one of them")


FAMILY: Final[Family] = (
    (Rule("AR101", "an input artifact has a path in the container", "Argo refuses it."), _input_path_missing),
    (Rule("AR102", "artifacts of steps and DAGs have no path", "Argo refuses it."), _path_without_container),
    (Rule("AR103", "each artifact has a path of its own", "The pod is refused: two mounts at one path."), _same_path),
    (Rule("AR104", "an artifact's path is no mount path", "Argo refuses it."), _on_mount),
    (Rule("AR105", "an artifact lies in one store", "Argo takes any of several."), _several_stores),
    (
        Rule("AR106", "an input artifact says not where it comes from", "Argo refuses `from` in inputs."),
        _from_in_inputs,
    ),
    (
        Rule("AR107", "an argument that is an artifact comes from somewhere", "Argo refuses it."),
        _argument_without_source,
    ),
    (Rule("AR108", "an artifact has `from` or `fromExpression`, not both", "Argo refuses both."), _two_origins),
    (Rule("AR109", "an artifact's path is absolute", "Kubernetes refuses the mount."), _absolute),
    (
        Rule(
            "AR110",
            "a store has what it needs",
            "Without it the artifact can't be found; bucket and secrets may be left out.",
        ),
        _store_fields,
    ),
    (Rule("AR111", "`archive` says one way", "The executor takes any of several, and none is a mistake."), _archive),
    (
        Rule(
            "AR112", "a mode lies between 0 and 0777", "A mode in quotes or in decimal is another one than was meant."
        ),
        _mode,
    ),
    (Rule("AR113", "an archive location has one store", "Argo takes any of several."), _template_location),
)

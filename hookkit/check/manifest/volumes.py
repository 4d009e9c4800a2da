"""VO: volumes and where they are mounted."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule, Severity
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.plain import did_you_mean, is_tagged, listed, mapping, mappings, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws
from hookkit.kubernetes import is_namespace

_ACCESS_MODES: Final = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")

Volume = tuple[DataPath, Mapping[str, Any]]


def _volumes(manifest: Manifest) -> Iterator[list[Volume]]:
    """The volumes that stand in one list, of the workflow and of each template."""
    for path, data in [(manifest.spec_path, manifest.spec), *((one.path, one.data) for one in manifest.templates)]:
        if "volumes" in data:
            yield list(mappings(data, "volumes", path))


def _claims(manifest: Manifest) -> Iterator[Volume]:
    yield from mappings(manifest.spec, "volumeClaimTemplates", manifest.spec_path)


def _shared_names(manifest: Manifest) -> set[str]:
    """What every template can mount."""
    defaults = mapping(manifest.spec.get("templateDefaults"))
    volumes = (*mappings(manifest.spec, "volumes", ()), *mappings(defaults, "volumes", ()))
    claims = (mapping(data.get("metadata")) for _, data in _claims(manifest))
    return {text(one.get("name")) for one in (*(data for _, data in volumes), *claims)}


def _undeclared(manifest: Manifest) -> Flaws:
    shared = _shared_names(manifest)
    for container in manifest.containers:
        template = container.template
        patched = any("volumes" in text(one.get("podSpecPatch")) for one in (manifest.spec, template.data))
        if patched or not manifest.knows_its_workflow(template):
            continue
        known = shared | {text(data.get("name")) for _, data in mappings(template.data, "volumes", ())}
        for path, data in mappings(container.data, "volumeMounts", container.path):
            name = text(data.get("name"))
            if name not in known and not is_tagged(name):
                what = f"there is no volume {name!r}{did_you_mean(name, known)}"
                yield Flaw((*path, "name"), what, "declare it in `volumes` of the template or the workflow")


def _twice(manifest: Manifest) -> Flaws:
    for volumes in _volumes(manifest):
        seen: set[str] = set()
        for path, data in volumes:
            name = text(data.get("name"))
            if name and name in seen:
                yield Flaw((*path, "name"), f"there is another volume {name!r}", "name each differently")
            seen.add(name)


def _same_mount(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        seen: dict[str, str] = {}
        for path, data in mappings(container.data, "volumeMounts", container.path):
            place = text(data.get("mountPath")).rstrip("/")
            if place and place in seen:
                yield Flaw((*path, "mountPath"), f"{seen[place]!r} is mounted there, too", "give each its own path")
            seen[place] = text(data.get("name"))


def _mount_path(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        for path, data in mappings(container.data, "volumeMounts", container.path):
            place = text(data.get("mountPath"))
            if not place.startswith("/") and not is_tagged(place):
                what = f"the mount path {place!r} does not start at the root" if place else "the mount has no path"
                yield Flaw((*path, "mountPath"), what, "write `mountPath: /…`")


def _sub_path(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        for path, data in mappings(container.data, "volumeMounts", container.path):
            place = text(data.get("subPath"))
            if place.startswith("/") or ".." in place.split("/"):
                yield Flaw(
                    (*path, "subPath"), f"{place!r} leads out of the volume", "write a path below it, without `..`"
                )


def _source(manifest: Manifest) -> Flaws:
    for volumes in _volumes(manifest):
        for path, data in volumes:
            sources = [key for key in data if key != "name"]
            if len(sources) != 1:
                what = f"the volume {data.get('name')!r} is {' and '.join(sources) or 'of no kind'}"
                yield Flaw(path, what, "give one source, such as `emptyDir: {}`")


def _name(manifest: Manifest) -> Flaws:
    for volumes in _volumes(manifest):
        for path, data in volumes:
            name = data.get("name") or ""
            if isinstance(name, str) and not is_tagged(name) and not is_namespace(name):
                what = f"{name!r} can't name a volume" if name else "the volume has no name"
                yield Flaw((*path, "name"), what, "write at most 63 lower-case letters, digits and `-`")


def _claim_name(manifest: Manifest) -> Flaws:
    for path, data in _claims(manifest):
        if not text(mapping(data.get("metadata")).get("name")):
            yield Flaw(path, "the claim has no name", "give its `metadata.name`, which mounts refer to")


def _claim_size(manifest: Manifest) -> Flaws:
    for path, data in _claims(manifest):
        spec = mapping(data.get("spec"))
        if not mapping(mapping(spec.get("resources")).get("requests")).get("storage"):
            yield Flaw((*path, "spec"), "the claim asks for no storage", "give `resources.requests.storage`")


def _claim_mode(manifest: Manifest) -> Flaws:
    for path, data in _claims(manifest):
        modes = listed(mapping(data.get("spec")).get("accessModes"))
        if not modes:
            yield Flaw((*path, "spec"), "the claim has no access mode", "give `accessModes: [ReadWriteOnce]`")
        for index, mode in enumerate(modes):
            if isinstance(mode, str) and not is_tagged(mode) and mode not in _ACCESS_MODES:
                what = f"{mode!r} is no access mode{did_you_mean(mode, _ACCESS_MODES)}"
                yield Flaw((*path, "spec", "accessModes", index), what, f"write one of {', '.join(_ACCESS_MODES)}")


def _host_path(manifest: Manifest) -> Flaws:
    for volumes in _volumes(manifest):
        for path, data in volumes:
            if data.get("hostPath") is not None:
                what = "a folder of the node is mounted"
                yield Flaw((*path, "hostPath"), what, "use `emptyDir` or a claim: a platform for many users forbids it")


FAMILY: Final[Family] = (
    (Rule("VO101", "what is mounted is declared", "The pod is refused, when it is made."), _undeclared),
    (Rule("VO102", "volumes have different names", "The pod is refused."), _twice),
    (Rule("VO103", "a volume has one source", "The pod is refused."), _source),
    (Rule("VO104", "a volume's name is a DNS-1123 label", "The pod is refused."), _name),
    (
        Rule("VO105", "folders of the node are not mounted", "Pod Security Standards forbid it.", Severity.WARNING),
        _host_path,
    ),
    (Rule("VO201", "each mount has a path of its own", "Argo refuses it."), _same_mount),
    (Rule("VO202", "a mount path is absolute", "The pod is refused."), _mount_path),
    (Rule("VO203", "a sub-path stays in its volume", "The pod is refused."), _sub_path),
    (Rule("VO301", "a claim has a name", "Nothing can mount it."), _claim_name),
    (Rule("VO302", "a claim asks for storage", "Kubernetes refuses it."), _claim_size),
    (Rule("VO303", "a claim has an access mode of Kubernetes'", "Kubernetes refuses it."), _claim_mode),
)

"""TE: what a template is: one thing, with what that thing needs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule
from hookkit.check.manifest.document import TEMPLATE_TYPES, Manifest
from hookkit.check.manifest.durations import is_duration
from hookkit.check.manifest.graph import find_cycles
from hookkit.check.manifest.plain import did_you_mean, is_tagged, listed, mapping, mappings, text
from hookkit.check.manifest.reading import Complaint, read_documents
from hookkit.check.manifest.rules import Family, Flaw, Flaws

_ACTIONS: Final = ("get", "create", "apply", "delete", "replace", "patch")
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
_METRIC_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_METRIC_KINDS: Final = ("counter", "gauge", "histogram")
_LOCKS: Final = ("mutex", "semaphore", "mutexes", "semaphores")


def _of_type(manifest: Manifest, key: str) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    for template in manifest.templates:
        if isinstance(template.data.get(key), dict):
            yield (*template.path, key), template.data[key]


def _no_type(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        if not template.types:
            what = f"the template {template.name!r} does nothing"
            yield Flaw(template.path, what, f"give it one of {', '.join(TEMPLATE_TYPES)}")


def _several_types(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        if len(template.types) > 1:
            what = f"the template {template.name!r} is {' and '.join(template.types)} at once"
            yield Flaw((*template.path, template.types[1]), what, "keep one, and make a template of the other")


def _resource_action(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "resource"):
        action = text(data.get("action"))
        if not is_tagged(action) and action not in _ACTIONS:
            what = (
                f"{action!r} is no action{did_you_mean(action, _ACTIONS)}" if action else "the resource has no action"
            )
            yield Flaw((*path, "action"), what, f"write one of {', '.join(_ACTIONS)}")


_SHAPES: Final = {dict: "mapping", list: "list"}


def _resource_manifest(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "resource"):
        words = text(data.get("manifest"))
        try:
            documents = list(read_documents(words.encode("utf-8", "replace"))) if words and not is_tagged(words) else []
        except Complaint as complaint:
            yield Flaw(
                (*path, "manifest"), f"the manifest is {complaint.what.removeprefix('not YAML: ')}", complaint.remedy
            )
            continue
        shape = list if data.get("mergeStrategy") == "json" else dict  # a JSON patch is a list of operations
        if any(not isinstance(one.data, shape) for one in documents):
            remedy = "write an object of Kubernetes" if shape is dict else "write a list of operations"
            yield Flaw((*path, "manifest"), f"the manifest is no {_SHAPES[shape]}", remedy)


def _resource_without_manifest(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "resource"):
        sources = ("manifest", "manifestFrom", "flags")
        if data.get("action") in _ACTIONS and not any(data.get(one) for one in sources):
            yield Flaw(path, "the resource says not which object", "give its `manifest`")


def _http_url(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "http"):
        url = text(data.get("url"))
        if not is_tagged(url) and not re.match(r"https?://[^/\s]", url):
            what = f"{url!r} is no URL" if url else "the request has no URL"
            yield Flaw((*path, "url"), what, "write `https://` and a host")


def _http_method(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "http"):
        method = text(data.get("method"))
        if method and not is_tagged(method) and method not in _METHODS:
            what = f"{method!r} is no method of HTTP{did_you_mean(method.upper(), _METHODS)}"
            yield Flaw((*path, "method"), what, f"write one of {', '.join(_METHODS)}")


def _suspend_duration(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "suspend"):
        duration = data.get("duration")
        if isinstance(duration, str) and not is_duration(duration):
            yield Flaw((*path, "duration"), f"{duration!r} is no duration", 'write seconds, or as "1h30m"')


def _only_calling(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        if template.is_leaf and template.data.get("parallelism") is not None:
            what = f"a {template.type} template has no parallelism"
            yield Flaw((*template.path, "parallelism"), what, "give it to the steps or the DAG that calls it")


def _only_leaf(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        for key in ("activeDeadlineSeconds", "timeout"):
            if template.type in {"steps", "dag"} and template.data.get(key) is not None:
                what = f"a template of {template.type} has no `{key}`"
                yield Flaw((*template.path, key), what, "give it to the templates that it calls, or to the workflow")


def _container_set(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "containerSet"):
        containers = list(mappings(data, "containers", path))
        names = {text(one.get("name")) for _, one in containers}
        for where, one in containers:
            for index, name in enumerate(listed(one.get("dependencies"))):
                if isinstance(name, str) and name not in names:
                    what = f"there is no container {name!r}{did_you_mean(name, names)}"
                    yield Flaw((*where, "dependencies", index), what, "name a container of this set")


def _container_set_cycle(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "containerSet"):
        waiting = {
            text(one.get("name")): tuple(name for name in listed(one.get("dependencies")) if isinstance(name, str))
            for _, one in mappings(data, "containers", path)
        }
        for cycle in find_cycles(waiting):
            what = f"{' waits for '.join((*cycle, cycle[0]))}"
            yield Flaw((*path, "containers"), what, "take one of the dependencies out")


def _empty_container_set(manifest: Manifest) -> Flaws:
    for path, data in _of_type(manifest, "containerSet"):
        if not listed(data.get("containers")):
            yield Flaw((*path, "containers"), "the set has no containers", "write one")


def _pod_patch(manifest: Manifest) -> Flaws:
    holders = [(manifest.spec_path, manifest.spec), *((one.path, one.data) for one in manifest.templates)]
    for path, holder in holders:
        patch = text(holder.get("podSpecPatch"))
        try:
            documents = list(read_documents(patch.encode("utf-8", "replace"))) if not is_tagged(patch) else []
        except Complaint as complaint:
            yield Flaw(
                (*path, "podSpecPatch"), f"the patch is {complaint.what.removeprefix('not YAML: ')}", complaint.remedy
            )
            continue
        if any(not isinstance(one.data, dict) for one in documents):
            yield Flaw((*path, "podSpecPatch"), "the patch is no mapping", "write the part of a pod's spec to change")


def _metrics(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    for path, holder in [(manifest.spec_path, manifest.spec), *((one.path, one.data) for one in manifest.templates)]:
        if "metrics" in holder:
            yield from mappings(mapping(holder["metrics"]), "prometheus", (*path, "metrics"))


def _metric_name(manifest: Manifest) -> Flaws:
    for path, data in _metrics(manifest):
        name = text(data.get("name"))
        if not _METRIC_NAME.fullmatch(name):
            yield Flaw((*path, "name"), f"{name!r} can't name a metric", "write letters, digits, `_` and `:`")


def _metric_help(manifest: Manifest) -> Flaws:
    for path, data in _metrics(manifest):
        if not text(data.get("help")):
            yield Flaw((*path, "help"), f"the metric {data.get('name')!r} has no help", "say in `help` what it counts")


def _metric_kind(manifest: Manifest) -> Flaws:
    for path, data in _metrics(manifest):
        given = [one for one in _METRIC_KINDS if data.get(one) is not None]
        if len(given) != 1:
            what = f"the metric {data.get('name')!r} is {' and '.join(given) or 'of no kind'}"
            yield Flaw(path, what, f"give one of {', '.join(_METRIC_KINDS)}")


def _metric_label(manifest: Manifest) -> Flaws:
    for path, data in _metrics(manifest):
        for where, label in mappings(data, "labels", path):
            key = text(label.get("key"))
            if key and not _METRIC_NAME.fullmatch(key):
                yield Flaw(
                    (*where, "key"), f"{key!r} can't name a metric's label", "write letters, digits, `_` and `:`"
                )


def _memoize(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        memoize = template.data.get("memoize")
        if isinstance(memoize, dict):
            where = (*template.path, "memoize")
            if not memoize.get("key"):
                yield Flaw((*where, "key"), "the cache has no key", "give a `key` that names the inputs")
            if not text(mapping(mapping(memoize.get("cache")).get("configMap")).get("name")):
                yield Flaw((*where, "cache"), "the cache has no place", "give `cache.configMap.name`")


def _memoize_age(manifest: Manifest) -> Flaws:
    for template in manifest.templates:
        age = mapping(template.data.get("memoize")).get("maxAge")
        if isinstance(age, str) and age and not is_tagged(age) and (not is_duration(age) or age.isdecimal()):
            yield Flaw((*template.path, "memoize", "maxAge"), f"{age!r} is no duration", 'write it as "90m"')


def _locks(manifest: Manifest) -> Flaws:
    holders = [(manifest.spec_path, manifest.spec), *((one.path, one.data) for one in manifest.templates)]
    for path, holder in holders:
        locks = holder.get("synchronization")
        if isinstance(locks, dict) and not any(locks.get(one) for one in _LOCKS):
            yield Flaw((*path, "synchronization"), "nothing is locked", "give `mutexes` or `semaphores`")


def _lock_names(manifest: Manifest) -> Flaws:
    holders = [(manifest.spec_path, manifest.spec), *((one.path, one.data) for one in manifest.templates)]
    for path, holder in holders:
        locks, where = mapping(holder.get("synchronization")), (*path, "synchronization")
        for found, mutex in [*mappings(locks, "mutexes", where), ((*where, "mutex"), locks.get("mutex"))]:
            if isinstance(mutex, dict) and not text(mutex.get("name")):
                yield Flaw((*found, "name"), "the mutex has no name", "give its `name`")
        for found, semaphore in [
            *mappings(locks, "semaphores", where),
            ((*where, "semaphore"), locks.get("semaphore")),
        ]:
            if isinstance(semaphore, dict) and not (semaphore.get("configMapKeyRef") or semaphore.get("database")):
                yield Flaw(found, "the semaphore's limit is nowhere", "give `configMapKeyRef` with name and key")


FAMILY: Final[Family] = (
    (Rule("TE101", "a template does something", "Argo refuses it."), _no_type),
    (Rule("TE102", "a template is one thing", "Argo refuses several types in one."), _several_types),
    (Rule("TE103", "a deadline belongs to a template with a pod", "Argo refuses it on steps and DAGs."), _only_leaf),
    (Rule("TE104", "`parallelism` belongs to steps and DAGs", "Argo refuses it elsewhere."), _only_calling),
    (Rule("TE201", "the action of a resource is one of kubectl's", "Argo refuses it."), _resource_action),
    (Rule("TE202", "the manifest of a resource is YAML", "Argo refuses it."), _resource_manifest),
    (
        Rule("TE203", "a resource says which object", "kubectl has nothing to do, and fails."),
        _resource_without_manifest,
    ),
    (Rule("TE301", "a request goes to a URL", "The request fails."), _http_url),
    (Rule("TE302", "a request has a method of HTTP", "The request fails."), _http_method),
    (Rule("TE401", "a suspension lasts a duration", "Argo fails when the step is due."), _suspend_duration),
    (Rule("TE501", "a container of a set waits for others of it", "Argo refuses it."), _container_set),
    (Rule("TE502", "no container of a set waits for itself", "None of them starts."), _container_set_cycle),
    (Rule("TE503", "a container set has containers", "Argo refuses it."), _empty_container_set),
    (Rule("TE601", "`podSpecPatch` is YAML or JSON of a mapping", "Argo fails when the pod is made."), _pod_patch),
    (Rule("TE602", "a metric is called by letters, digits, `_` and `:`", "Argo refuses it."), _metric_name),
    (Rule("TE603", "a metric has a help text", "Argo refuses it."), _metric_help),
    (Rule("TE604", "a metric is a counter, a gauge or a histogram", "Argo refuses none, and several."), _metric_kind),
    (Rule("TE609", "a metric's label is called by letters, digits, `_` and `:`", "Argo refuses it."), _metric_label),
    (Rule("TE605", "a memoized template has a key and a cache", "Argo fails when the step is due."), _memoize),
    (Rule("TE606", "`maxAge` of a cache is a duration with a unit", "Argo fails when the step is due."), _memoize_age),
    (
        Rule(
            "TE607",
            "`synchronization` locks something",
            "It has no effect.",
        ),
        _locks,
    ),
    (Rule("TE608", "a lock says which one it is", "Argo fails when the workflow starts."), _lock_names),
)

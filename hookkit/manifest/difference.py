"""A WorkflowTemplate as it was and as it is now become the lines that differ between them."""

from collections.abc import Mapping
from difflib import unified_diff
from itertools import pairwise
from typing import Any, Final

from hookkit.manifest.fields import Manifest
from hookkit.manifest.text import yaml_text

#: What a cluster writes into the metadata of an object that was applied, so that `kubectl get -o yaml` can be compared.
_OF_THE_CLUSTER: Final = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def difference(before: Manifest, now: Manifest, names: tuple[str, str]) -> list[str]:
    """The lines of a unified diff, titled by two names; the order of keys, quoting and comments make none."""
    old, new = (yaml_text(one).splitlines() for one in (_arranged(_as_written(before, now), now), now))
    return list(unified_diff(old, new, *names, lineterm=""))


def _as_written(before: Manifest, now: Manifest) -> Manifest:
    """The manifest as somebody wrote it, without what a cluster adds; a namespace counts where we say one."""
    left_out = {*_OF_THE_CLUSTER, *({"namespace"} - _mapping(now.get("metadata")).keys())}
    metadata = {key: value for key, value in _mapping(before.get("metadata")).items() if key not in left_out}
    if annotations := _mapping(metadata.get("annotations")):
        metadata["annotations"] = {key: text for key, text in annotations.items() if key != _LAST_APPLIED}
    return {key: metadata if key == "metadata" else value for key, value in before.items() if key != "status"}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _arranged(value: Any, like: Any) -> Any:
    """The same value with its keys in the other one's order."""
    if isinstance(value, Mapping):
        other = _mapping(like)
        return {key: _arranged(value[key], other.get(key)) for key in _keys(value, other)}
    if isinstance(value, list):
        return [_arranged(one, _counterpart(one, index, like)) for index, one in enumerate(value)]
    return value


def _keys(value: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The keys in the other one's order; what it lacks stays behind the key that it followed."""
    keys = [key for key in other if key in value]
    for before, key in pairwise((None, *value)):
        if key not in other:
            keys.insert(0 if before is None else keys.index(before) + 1, str(key))
    return keys


def _counterpart(one: Any, index: int, others: Any) -> Any:
    """The item of another list that has the same name, or where items have none, the same place."""
    if not isinstance(others, list):
        return None
    name = _mapping(one).get("name")
    if name is None:
        return others[index] if index < len(others) else None
    return next((other for other in others if _mapping(other).get("name") == name), None)

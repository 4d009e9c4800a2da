"""QU: how much of what: cpu, memory, storage."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule, Severity
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.plain import did_you_mean, is_tagged, mapping, mappings
from hookkit.check.manifest.rules import Family, Flaw, Flaws
from hookkit.errors import shown

#: What Kubernetes takes, which is more than a hook may declare.
_QUANTITY: Final = re.compile(
    r"(?P<number>[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+))(?P<suffix>[numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]{1,3})?"
)
_FACTORS: Final[Mapping[str, float]] = {
    "": 1.0,
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    **{suffix: 1000.0**power for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": 1024.0**power for power, suffix in enumerate("KMGTPE", start=1)},
}
_NATIVE: Final = ("cpu", "memory", "ephemeral-storage")
_LISTS: Final = ("requests", "limits")

Amount = tuple[DataPath, str, Any]


def amount_of(value: object) -> float | None:
    """The amount that a quantity means; None where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e300 else None  # noqa: PLR2004 - beyond, an int is no float
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None or len(match["number"]) > 30:  # noqa: PLR2004 - Kubernetes keeps 18 digits
        return None
    suffix = match["suffix"] or ""
    return (
        float(match["number"] + suffix)
        if len(suffix) > 1 and suffix[0] in "eE" and suffix[1] != "i"
        else (float(match["number"]) * _FACTORS[suffix])
    )


def _resources(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    for container in manifest.containers:
        if isinstance(container.data.get("resources"), dict):
            yield (*container.path, "resources"), container.data["resources"]
    for path, data in mappings(manifest.spec, "volumeClaimTemplates", manifest.spec_path):
        spec = mapping(data.get("spec"))
        if isinstance(spec.get("resources"), dict):
            yield (*path, "spec", "resources"), spec["resources"]


def _amounts(manifest: Manifest) -> Iterator[Amount]:
    for path, resources in _resources(manifest):
        for key in _LISTS:
            for name, value in mapping(resources.get(key)).items():
                yield (*path, key, name), name, value
    holders = [(manifest.spec_path, manifest.spec), *((one.path, one.data) for one in manifest.templates)]
    for path, holder in holders:
        for where, volume in mappings(holder, "volumes", path):
            size = mapping(volume.get("emptyDir")).get("sizeLimit")
            if size is not None:
                yield (*where, "emptyDir", "sizeLimit"), "storage", size


def _form(manifest: Manifest) -> Flaws:
    for path, _, value in _amounts(manifest):
        if not is_tagged(value) and amount_of(value) is None:
            hint = _meant(value)
            yield Flaw(path, f"{shown(value)} is no quantity{hint}", "write as 500m or 2 (cores), 512Mi or 4Gi (bytes)")


def _meant(value: object) -> str:
    """What was meant by a quantity with the unit of another notation: `2GB` is `2G`."""
    match = re.fullmatch(r"([0-9.]+) ?([kKMGTPE]i?)[bB]?", value.strip()) if isinstance(value, str) else None
    return f"; did you mean {match[1] + match[2].replace('K', 'k' if len(match[2]) == 1 else 'K')!r}?" if match else ""


def _negative(manifest: Manifest) -> Flaws:
    for path, _, value in _amounts(manifest):
        if (amount_of(value) or 0) < 0:
            yield Flaw(path, f"{shown(value)} is less than nothing", "write an amount")


def _request_over_limit(manifest: Manifest) -> Flaws:
    for path, resources in _resources(manifest):
        limits = mapping(resources.get("limits"))
        for name, value in mapping(resources.get("requests")).items():
            request, limit = amount_of(value), amount_of(limits.get(name))
            if request is not None and limit is not None and request > limit:
                what = f"{name}: {value} is asked for, {limits[name]} allowed"
                yield Flaw((*path, "requests", name), what, "ask for at most the limit")


def _unknown_resource(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        for key in _LISTS:
            for name in mapping(mapping(container.data.get("resources")).get(key)):
                if (
                    "/" not in name
                    and name not in _NATIVE
                    and not name.startswith("hugepages-")
                    and not is_tagged(name)
                ):
                    what = f"there is no resource {name!r}{did_you_mean(name, _NATIVE)}"
                    yield Flaw(
                        (*container.path, "resources", key, name), what, f"write {', '.join(_NATIVE)} or VENDOR/NAME"
                    )


def _memory_in_thousandths(manifest: Manifest) -> Flaws:
    for path, name, value in _amounts(manifest):
        if name != "cpu" and isinstance(value, str) and re.fullmatch(r"[0-9]+m", value):
            what = f"{value!r} is a fraction of a byte"
            yield Flaw(path, what, f"write {value[:-1] + 'M'!r} or {value[:-1] + 'Mi'!r}")


def _limits_missing(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        resources = mapping(container.data.get("resources"))
        missing = [
            f"{key}.{name}" for key in _LISTS for name in ("cpu", "memory") if name not in mapping(resources.get(key))
        ]
        if (
            container.is_main
            and missing
            and not manifest.spec.get("podSpecPatch")
            and not container.template.data.get("podSpecPatch")
        ):
            path = (*container.path, "resources") if resources else container.path
            yield Flaw(path, f"the container has no {', '.join(missing)}", "give requests and limits for both")


FAMILY: Final[Family] = (
    (
        Rule("QU101", "a quantity is written as Kubernetes reads it", "Argo's lint lets it pass; the pod is refused."),
        _form,
    ),
    (Rule("QU102", "a quantity is not negative", "The pod is refused."), _negative),
    (Rule("QU103", "no more is asked for than allowed", "The pod is refused."), _request_over_limit),
    (
        Rule("QU104", "a resource is one that nodes have", "The pod is refused, or never finds a node."),
        _unknown_resource,
    ),
    (
        Rule("QU105", "memory and storage are whole bytes", "`m` means a thousandth: `512m` is half a byte."),
        _memory_in_thousandths,
    ),
    (
        Rule(
            "QU106",
            "a container asks for cpu and memory, and is limited to them",
            "The platform requires requests and limits both; without, a hook is the first to be killed.",
            Severity.WARNING,
        ),
        _limits_missing,
    ),
)

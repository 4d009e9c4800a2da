"""A manifest becomes its faults: every family of rules, in one list."""

from collections.abc import Iterable, Iterator
from typing import Final

from hookkit.check.finding import DataPath, Fault, Rule
from hookkit.check.manifest import (
    artifacts,
    calls,
    containers,
    cron,
    entrypoints,
    metadata,
    names,
    outputs,
    parameters,
    policy,
    quantities,
    references,
    security,
    sizes,
    structure,
    syntax,
    templates,
    versions,
    volumes,
)
from hookkit.check.manifest.document import Manifest
from hookkit.check.manifest.rules import Family
from hookkit.check.manifest.structure import MISSING_FIELD, UNKNOWN_FIELD, check_structure
from hookkit.check.manifest.versions import check_versions

FAMILIES: Final[tuple[Family, ...]] = tuple(
    module.FAMILY
    for module in (
        *(names, entrypoints, parameters, artifacts, outputs, calls, templates, containers, volumes, quantities),
        *(metadata, policy, cron, security, sizes),
    )
)

#: Every rule, in the order of the codes.
RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (
            *syntax.RULES,
            *references.RULES,
            *structure.RULES,
            *versions.RULES,
            *(rule for family in (sizes.NUMBERS, *FAMILIES) for rule, _ in family),
        ),
        key=lambda rule: rule.code,
    )
)


def find_faults(manifest: Manifest, version: str | None) -> Iterator[Fault]:
    """All faults of a manifest for a version of Argo, or for every supported one where it is None."""
    too_much = list(_family_faults(sizes.NUMBERS, manifest))
    if too_much:
        yield from too_much
        return
    faults = [fault for family in FAMILIES for fault in _family_faults(family, manifest)]
    yield from faults
    structure_faults = list(check_structure(manifest.data, manifest.kind))
    yield from _not_told(structure_faults, {fault.path for fault in faults})
    unknown = {fault.path for fault in structure_faults if fault.rule is UNKNOWN_FIELD}
    for fault in references.check_references(manifest):
        if unknown.isdisjoint(_above(fault.path)):  # nobody knows what a reference means in a field that nobody knows
            yield fault
    yield from check_versions(manifest.data, manifest.kind, version)


def _not_told(structure_faults: Iterable[Fault], told: set[DataPath]) -> Iterator[Fault]:
    """Those without what a family tells better: that a value is wrong, or what is missed of all that is missing."""
    around = {above for path in told for above in _above(path)}
    for fault in structure_faults:
        if fault.path not in told and not (fault.rule is MISSING_FIELD and fault.path in around):
            yield fault


def _above(path: DataPath) -> Iterator[DataPath]:
    return (path[:length] for length in range(len(path)))


def _family_faults(family: Family, manifest: Manifest) -> Iterator[Fault]:
    for rule, check in family:
        for flaw in check(manifest):
            yield Fault(rule, flaw.path, flaw.what, flaw.remedy, flaw.at)

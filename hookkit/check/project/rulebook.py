"""All families of rules, in one list; a subject becomes its findings."""

from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Finding, Rule
from hookkit.check.project import (
    beside,
    declared,
    exits,
    files,
    images,
    imports,
    inputs,
    network,
    orders,
    programs,
    reading,
    resources,
    secrets,
    sizes,
    stopping,
    suppression,
    temporary,
    unused,
)
from hookkit.check.project.rules import Family, Subject

FAMILIES: Final[tuple[Family, ...]] = tuple(
    module.FAMILY
    for module in (
        *(resources, files, temporary, inputs, beside, programs, network, secrets),
        *(exits, sizes, orders, unused, stopping, images, imports),
    )
)

#: Every rule, in the order of the codes.
RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (
            *reading.RULES,
            *declared.RULES,
            *suppression.RULES,
            *(rule for family in FAMILIES for rule, _ in family),
        ),
        key=lambda rule: rule.code,
    )
)


def find_flaws(subject: Subject) -> Iterator[Finding]:
    """What breaks the rules."""
    for family in FAMILIES:
        for rule, check in family:
            yield from (Finding(rule, flaw.place, flaw.what, flaw.remedy) for flaw in check(subject))

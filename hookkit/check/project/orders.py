"""PL: options that the platform has itself."""

from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.contract import OUTPUT_OPTIONS, PLATFORM_KEYS, SOURCE_OPTIONS
from hookkit.spec import HookSpec

#: What every order has beside its options.
_OF_ORDERS: Final = frozenset({"platform", "version", "brand"})
_TEXTS: Final = frozenset({"str", "path"})


def _types(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        for option in spec.options:
            if option.name in PLATFORM_KEYS and option.type.kind.lower() not in _TEXTS:
                what = f"is {option.type}; the platform has an option of this name, which is a text"
                yield Flaw(hook.place(option.name), what, "name it differently, or write str")


def _served(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        names = _taken(spec)
        for value in spec.options_and_secrets:
            if value.name in names:
                what = f"has the name of an option that the platform serves itself: {names[value.name]}"
                yield Flaw(hook.place(value.name), what, "name it differently")


def _taken(spec: HookSpec) -> dict[str, str]:
    """The names that are not the hook's, with what they are for."""
    taken = dict.fromkeys(OUTPUT_OPTIONS, "where results go") | dict.fromkeys(_OF_ORDERS, "what an order is")
    if spec.inputs and spec.listing.custom_input_source:
        taken |= dict.fromkeys(SOURCE_OPTIONS, "where the input lies")
    return taken


FAMILY: Final[Family] = (
    (
        Rule("PL101", "an option of the platform's name is of its type", "The platform writes a text there."),
        _types,
    ),
    (
        Rule(
            "PL102",
            "an option has no name that the platform serves itself",
            "Its users can't tell the two apart, and the hook gets what is meant for the platform.",
            Severity.WARNING,
        ),
        _served,
    ),
)

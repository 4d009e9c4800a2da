"""A value that is not of its type becomes faults: what stands there, and what to write instead.

A value with a tag (`{{...}}`) may become any of the words that a field takes.
"""

from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import DataPath, Fault, Rule
from hookkit.check.manifest.plain import did_you_mean, is_tagged, whole_number
from hookkit.check.manifest.schema.types import SCALARS, Choice, ListOf, MappingOf, Scalar, Type
from hookkit.errors import shown

NOT_A_TEXT: Final = Rule(
    "ST103",
    "numbers, booleans and other values of YAML are quoted where a text belongs",
    "The controller can't read the whole document: a JSON number does not fit into a field of texts.",
)
NOT_THAT_VALUE: Final = Rule(
    "ST104",
    "a field of numbers or booleans holds one, unquoted",
    "The controller can't read the whole document: a text does not fit, even one that looks like the value.",
)
NOT_A_LIST: Final = Rule(
    "ST105",
    "a field of lists holds a list",
    "The controller can't read the whole document.",
)
NOT_AN_OBJECT: Final = Rule(
    "ST106",
    "a field of mappings holds a mapping",
    "The controller can't read the whole document.",
)
NOT_A_CHOICE: Final = Rule(
    "ST107",
    "a field that takes certain words holds one of them, in their spelling",
    "Argo 4 refuses the document; before, the pod is refused when the step runs, or the setting is ignored.",
)
EMPTY_ITEM: Final = Rule(
    "ST108",
    "no item of a list is empty",
    "Kubernetes drops empty fields but not empty items: the document is refused, or an item without a name is added.",
)
RULES: Final[tuple[Rule, ...]] = (
    NOT_A_TEXT,
    NOT_THAT_VALUE,
    NOT_A_LIST,
    NOT_AN_OBJECT,
    NOT_A_CHOICE,
    EMPTY_ITEM,
)

_WORDS: Final = {"true": True, "false": False}


def faults(type_: Type, value: object, path: DataPath) -> Iterator[Fault]:
    """What is wrong with a value that is not None; objects inside it are looked at on their own."""
    if isinstance(type_, Scalar):
        if not type_.accepts(value):
            yield _not_a_scalar(type_, value, path)
    elif isinstance(type_, Choice):
        yield from _choice_faults(type_, value, path)
    elif isinstance(type_, ListOf):
        yield from _list_faults(type_, value, path)
    elif not isinstance(value, dict):
        yield _not_an_object(value, path)
    elif isinstance(type_, MappingOf):
        for key, item in value.items():
            if item is not None:
                yield from faults(type_.of, item, (*path, key))


def _choice_faults(type_: Choice, value: object, path: DataPath) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield _not_a_scalar(SCALARS["string"], value, path)
    elif value and value not in type_.values and not is_tagged(value):
        what = f"{shown(value)} is not one of {', '.join(type_.values)}"
        yield Fault(NOT_A_CHOICE, path, what, _meant(type_, value) or "write one of them")


def _list_faults(type_: ListOf, value: object, path: DataPath) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _not_a_list(type_, value, path)
        return
    for index, item in enumerate(value):
        if item is not None:
            yield from faults(type_.of, item, (*path, index))
        elif type_.of is not SCALARS["any"]:
            yield Fault(EMPTY_ITEM, (*path, index), "an item holds nothing", 'take it out, or write ""')


# ---------------------------------------------------------------- words


def _not_a_scalar(type_: Scalar, value: object, path: DataPath) -> Fault:
    rule = NOT_A_TEXT if type_.words == SCALARS["string"].words else NOT_THAT_VALUE
    what = f"{_named(value)} where {type_.words} belongs"
    if isinstance(value, list | dict):
        return Fault(rule, path, what, f"write {type_.words}")
    if rule is NOT_A_TEXT:
        return Fault(rule, path, what, f'quote it: "{_written(value)}"')
    return Fault(rule, path, what, f"write {_unquoted(type_, value) or type_.words}")


def _meant(type_: Choice, value: str) -> str:
    """The word that a wrong one is close to, first of all in another case."""
    by_lower = {word.lower(): word for word in type_.values}
    return did_you_mean(by_lower.get(value.lower(), value), type_.values).removeprefix("; ")


def _unquoted(type_: Scalar, value: object) -> str:
    """What a text says, where the field takes that: `3 without quotes`."""
    if not isinstance(value, str):
        return ""
    meant = _WORDS.get(value.lower(), whole_number(value))
    return f"{_written(meant)} without quotes" if meant is not None and type_.accepts(meant) else ""


def _not_a_list(type_: ListOf, value: object, path: DataPath) -> Fault:
    what = f"{_named(value)} where a list belongs"
    if not isinstance(value, dict):
        return Fault(NOT_A_LIST, path, what, _listed(type_, value))
    if isinstance(path[-1], int):  # a step that is no group of steps
        return Fault(NOT_A_LIST, path, what, "start it with two dashes: `- - name: ...`")
    return Fault(NOT_A_LIST, path, what, "start each item with `- `")


def _listed(type_: ListOf, value: object) -> str:
    if not isinstance(type_.of, Scalar | Choice):
        return "write a list of mappings"
    many = isinstance(value, str) and len(value.split()) > 1
    return "write a list, each word an item of its own" if many else f"write [{_written(value)}]"


def _not_an_object(value: object, path: DataPath) -> Fault:
    remedy = "write `key: value` lines, without dashes" if isinstance(value, list) else "write `key: value` lines"
    return Fault(NOT_AN_OBJECT, path, f"{_named(value)} where a mapping belongs", remedy)


def _named(value: object) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    if isinstance(value, bool):
        return f"the boolean {_written(value)}"
    return f"the number {_written(value)}" if isinstance(value, int | float) else f"the text {shown(str(value))}"


def _written(value: object) -> str:
    """A scalar as YAML has it."""
    return str(value).lower() if isinstance(value, bool) else shown(value)

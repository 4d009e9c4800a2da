"""A document becomes the faults of its structure: fields that nobody knows or that are missing, values of a wrong type.

What is right is told by the schema that hookkit ships. Kubernetes drops fields that hold nothing, so they count as not
written.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import Fault, Rule
from hookkit.check.manifest import mistyped
from hookkit.check.manifest.plain import did_you_mean
from hookkit.check.manifest.schema.types import Closed, held
from hookkit.check.manifest.schema.walk import Object, objects
from hookkit.errors import shown

UNKNOWN_FIELD: Final = Rule(
    "ST101",
    "every field is one that Argo or Kubernetes knows at its place",
    "Kubernetes drops an unknown field without a word, and what it was meant to do does not happen; Argo's lint "
    "refuses it.",
)
MISSING_FIELD: Final = Rule(
    "ST102",
    "an object has the fields that it can't do without",
    "Kubernetes or Argo's controller refuses the object: at the submission, or later, when the pod is made.",
)
EMPTY_OBJECT: Final = Rule(
    "ST109",
    "an object that works by being there is written `{}`",
    "Kubernetes drops a field that holds nothing: `none:` archives as ever, `suspend:` leaves a template of no type.",
)
RULES: Final[tuple[Rule, ...]] = (UNKNOWN_FIELD, MISSING_FIELD, *mistyped.RULES, EMPTY_OBJECT)

#: Objects that may have no field and yet mean something: to write them is to choose them.
_CHOSEN_BY_BEING_THERE: Final = frozenset(
    {"EmptyDirVolumeSource", "NoneStrategy", "SuspendTemplate", "SuppliedValueFrom", "TarStrategy", "ZipStrategy"}
)
#: A remedy names the fields of an object that has no more than these.
_FEW: Final = 12


def check_structure(document: Mapping[str, Any], kind: str) -> Iterator[Fault]:
    """Hold a document of one of Argo's kinds against the schema.

    Raises:
        KeyError: the schema has no such kind.

    """
    for one in objects(document, kind):
        unknown = [field for field in one.data if field not in one.definition.fields]
        for field in unknown:
            yield Fault(UNKNOWN_FIELD, (*one.path, field), f"unknown field {shown(field)}", _other_field(one, field))
        yield from _missing(one, unknown)
        yield from _wrong_values(one)


def _other_field(one: Object, field: str) -> str:
    """What to do about an unknown field: spell it as is meant, put it where it belongs, or leave it out."""
    fields = one.definition.fields
    if meant := _other_number(field, fields):
        return f"did you mean {shown(meant)}?"
    if place := _place_above(one, field) or _place_below(one, field):
        return place  # before what is spelled alike: `image` is no misspelling of `name`
    if meant := did_you_mean(field, fields):
        return meant.removeprefix("; ")
    if not fields:
        return "write {}"
    return f"it has {', '.join(sorted(fields))}" if len(fields) <= _FEW else "leave it out"


def _other_number(field: str, fields: Collection[str]) -> str:
    """The plural of a field, or its singular: `template` beside `entrypoint` is no template of a hook."""
    return next((one for one in (f"{field}s", field.removesuffix("s")) if one in fields), "")


def _place_above(one: Object, field: str) -> str:
    while one.above is not None:
        if field in one.above.definition.fields:
            return f"put it beside {shown(one.key)}, not inside it"
        one = one.above
    return ""


def _place_below(one: Object, field: str) -> str:
    """A field of the object that would have it, those that are written first."""
    places = sorted(one.definition.nesting, key=lambda key: key not in one.data)
    inside = next((key for key in places if _has(held(one.definition.fields[key]), field)), "")
    return f"put it inside {shown(inside)}" if inside else ""


def _has(definition: Closed | None, field: str) -> bool:
    return definition is not None and field in definition.fields


def _missing(one: Object, unknown: list[str]) -> Iterator[Fault]:
    """Required fields that are not there, but for those that an unknown field is a misspelling of."""
    for field in one.definition.required:
        if one.data.get(field) is None and not any(did_you_mean(other, [field]) for other in unknown):
            yield Fault(MISSING_FIELD, (*one.path, field), f"{shown(field)} is missing", f"write `{field}: ...`")


def _wrong_values(one: Object) -> Iterator[Fault]:
    for field, value in one.data.items():
        type_ = one.definition.fields.get(field)
        if type_ is not None and value is not None:
            yield from mistyped.faults(type_, value, (*one.path, field))
        elif isinstance(type_, Closed) and type_.name in _CHOSEN_BY_BEING_THERE:
            yield Fault(EMPTY_OBJECT, (*one.path, field), f"{shown(field)} holds nothing", f"write `{field}: {{}}`")

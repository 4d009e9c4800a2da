"""Hypothesis strategies of the nouns: texts that travel, types and their values, specs."""

import string
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st

from hookkit.composites import FIXED_TUPLE
from hookkit.constraints import Constraints
from hookkit.contract import RESERVED_NAMES
from hookkit.datatypes import Field, ValueType
from hookkit.spec import (
    EntryPoint,
    HookSpec,
    InputSpec,
    Listing,
    OptionSpec,
    OutputSpec,
    Quantity,
    Resources,
    ResultSpec,
    Retry,
    SecretSpec,
)

#: What users of a hook set.
Value = TypeVar("Value", OptionSpec, SecretSpec)

#: Texts that a sloppy reader would take for something else.
TRICKY = [
    "",
    " ",
    "0",
    "-1",
    "--flag",
    "-",
    "=",
    "a=b",
    "null",
    "None",
    '""',
    '"',
    '"a"',
    "'",
    "\\",
    "é 値 🛰",
    "a\nb\t",
    "{",
    "[1]",
    "[",
    '["a"]',
    '{"a": 1}',
    "2026-01-31",
    "P1D",
    "it's",
]

travelling = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\t\n\r"), max_size=40).filter(
    lambda text: "{{" not in text
)
texts = st.sampled_from(TRICKY) | travelling

_zones = st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))

#: Values of each scalar row of the table; a new type is a row here.
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": texts,
    "int": st.integers() | st.integers(-(10**999), 10**999),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "path": texts.map(Path),
    "date": st.dates(),
    # No text of ISO 8601 tells one hour from its repetition when summer ends; Python's equality does not, either.
    "datetime": st.datetimes(timezones=st.none() | _zones).map(lambda time: time.replace(fold=0)),
    "timedelta": st.timedeltas(),
    "uuid": st.uuids(),
}
#: Kinds that a choice may have: JSON has them.
CHOICES = ("str", "int", "float", "bool")

#: Any JSON that travels.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | VALUES["float"] | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)

names = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=12).filter(
    lambda name: name.isidentifier() and not name.startswith("no_") and name.lower() not in RESERVED_NAMES
)

# ---------------------------------------------------------------- types


@st.composite
def chosen_types(draw: st.DrawFn) -> ValueType:
    """A type with choices."""
    kind = draw(st.sampled_from(CHOICES))
    choices = draw(st.lists(VALUES[kind], min_size=1, max_size=4, unique_by=repr))
    return ValueType(kind, tuple(choices), optional=draw(st.booleans()))


scalar_types = st.builds(ValueType, st.sampled_from(tuple(VALUES)), optional=st.booleans())


def _holding(inner: st.SearchStrategy[ValueType]) -> st.SearchStrategy[ValueType]:
    """Types that hold others."""
    some, optional = st.lists(inner, min_size=1, max_size=3).map(tuple), st.booleans()
    one = inner.map(lambda item: (item,))
    return (
        st.builds(ValueType, st.sampled_from(("list", "tuple")), items=one, optional=optional)
        | st.builds(ValueType, st.just(FIXED_TUPLE), items=some, optional=optional)
        | st.builds(ValueType, st.just("dict"), items=st.just(()) | one, optional=optional)
        | st.builds(ValueType, st.just("dataclass"), fields=_fields(inner), optional=optional)
    )


@st.composite
def _fields(draw: st.DrawFn, inner: st.SearchStrategy[ValueType]) -> tuple[Field, ...]:
    found = []
    for name in draw(st.lists(names, min_size=1, max_size=3, unique=True)):
        field_type, required = draw(inner), draw(st.booleans())
        default = None if required else field_type.dump(draw(values_of(field_type)))
        found.append(Field(name, field_type, required, default))
    return tuple(found)


#: A type of each row of the table.
EACH_KIND: dict[str, ValueType] = {
    **{kind: ValueType(kind) for kind in VALUES},
    **{kind: ValueType(kind, items=(ValueType(),)) for kind in ("list", "tuple", FIXED_TUPLE)},
    "dict": ValueType("dict"),
    "dataclass": ValueType("dataclass", fields=(Field("name", ValueType()),)),
    "pydantic": ValueType("pydantic", json_schema={"type": "string"}),
}

value_types = st.recursive(scalar_types | chosen_types(), _holding, max_leaves=4)


def values_of(value_type: ValueType) -> st.SearchStrategy[Any]:
    """The values of a type that came from JSON."""
    values = _present_values_of(value_type)
    return values | st.none() if value_type.optional else values


def _present_values_of(kind: ValueType) -> st.SearchStrategy[Any]:
    if kind.choices:
        return st.sampled_from(kind.choices)
    if kind.kind in VALUES:
        return VALUES[kind.kind]
    if kind.kind == "dataclass":
        return st.fixed_dictionaries({field.name: values_of(field.type) for field in kind.fields})
    if kind.kind == FIXED_TUPLE:
        return st.tuples(*map(values_of, kind.items))
    items = values_of(kind.items[0]) if kind.items else json_values
    if kind.kind == "dict":
        return st.dictionaries(texts, items, max_size=3)
    lists = st.lists(items, max_size=3)
    return lists if kind.kind == "list" else lists.map(tuple)


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[ValueType, Any]:
    """A type and one of its values, which may be None."""
    value_type = draw(value_types)
    return value_type, draw(values_of(value_type))


def bounded(kind: str, **bounds: Any) -> ValueType:
    """A type with bounds."""
    return ValueType(kind, constraints=Constraints(**bounds))


# ---------------------------------------------------------------- specs


product_types = st.lists(texts, max_size=2).map(tuple)


@st.composite
def options(draw: st.DrawFn, name: str) -> OptionSpec:
    """An option; its default, if it has one, is a value of its type."""
    value_type, value = draw(typed_values())
    if draw(st.booleans()):
        return OptionSpec(name, value_type, draw(texts), required=True)
    return OptionSpec(name, value_type, draw(texts), default=value_type.dump(value))


@st.composite
def conditioned(draw: st.DrawFn, value: Value, own: tuple[OptionSpec, ...]) -> Value:
    """A value that is required at times, on what others are, where it can be."""
    others = [one for one in own if one.name != value.name and (one.type.choices or one.type.kind == "bool")]
    default = value.default if isinstance(value, OptionSpec) else None
    if value.required or default is not None or not others:
        return value
    named = draw(st.lists(st.sampled_from(others), max_size=2, unique_by=lambda one: one.name))
    condition = tuple((one.name, one.type.dump(draw(values_of(one.type)))) for one in named)
    return value.replace(required_when=condition, asked_for=draw(st.none() | st.booleans()))


def inputs(name: str) -> st.SearchStrategy[InputSpec]:
    """An input: a folder, or what a pattern finds in it."""
    globs = st.sampled_from(["*.tif", "**/*.tif", "*"])
    plain = st.builds(InputSpec, st.just(name), texts, st.booleans(), product_types=product_types)
    return plain | st.builds(InputSpec, st.just(name), texts, st.booleans(), globs, st.booleans())


def outputs(name: str) -> st.SearchStrategy[OutputSpec]:
    """An output."""
    existing = st.sampled_from(["replace", "refuse"])
    return st.builds(OutputSpec, st.just(name), texts, st.booleans(), existing, product_types)


@st.composite
def specs(draw: st.DrawFn) -> HookSpec:
    """A hook of any shape."""
    found = draw(st.lists(names, max_size=8, unique_by=str.lower))
    kinds = draw(st.lists(st.sampled_from("ioo*s"), min_size=len(found), max_size=len(found)))
    by_kind = {kind: [name for name, one in zip(found, kinds, strict=True) if one == kind] for kind in "io*s"}
    returned = draw(st.lists(names, max_size=2, unique=True))
    own = tuple(draw(options(name)) for name in by_kind["o"])
    secrets = tuple(SecretSpec(name, draw(texts), draw(st.booleans())) for name in by_kind["s"])
    return HookSpec(
        name=draw(names),
        version=draw(texts),
        title=draw(texts),
        description=draw(texts),
        entry_point=EntryPoint("package.module", draw(names)),
        inputs=tuple(draw(inputs(name)) for name in by_kind["i"]),
        outputs=tuple(draw(outputs(name)) for name in by_kind["*"]),
        options=tuple(draw(conditioned(option, own)) for option in own),
        secrets=tuple(draw(conditioned(secret, own)) for secret in secrets),
        results=tuple(ResultSpec(name, draw(value_types)) for name in returned),
        parameters=tuple(found),
        listing=draw(st.builds(Listing, st.none() | texts, st.booleans(), st.booleans())),
        resources=Resources(Quantity.parse(draw(st.sampled_from(["1", "250m", "1.5"]))), Quantity.parse("2Gi")),
        retry=Retry(draw(st.integers(0, 9))),
        timeout_seconds=draw(st.integers(1, 10**6)),
        network=draw(st.booleans()),
    )

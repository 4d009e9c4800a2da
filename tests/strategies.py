"""Hypothesis strategies of the nouns: texts that travel, values of each type, specs."""

import string
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from hookkit.constraints import Constraints
from hookkit.contract import RESERVED_NAMES
from hookkit.datatypes import ValueType
from hookkit.spec import EntryPoint, HookSpec, InputSpec, OptionSpec, OutputSpec, Quantity, Resources, Retry

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
]

travelling = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\t\n\r"), max_size=40).filter(
    lambda text: "{{" not in text
)
texts = st.sampled_from(TRICKY) | travelling

#: Values of each row of `DATATYPES`; a new type is a row here.
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": texts,
    "int": st.integers() | st.integers(-(10**999), 10**999),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "path": texts.map(Path),
}

names = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=12).filter(
    lambda name: name.isidentifier() and not name.startswith("no_") and name.lower() not in RESERVED_NAMES
)


@st.composite
def typed_values(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(VALUES)) -> tuple[ValueType, Any]:
    """A type and one of its values, which may be None."""
    kind = draw(st.sampled_from(kinds))
    optional = draw(st.booleans())
    values = VALUES[kind]
    if kind != "path" and draw(st.booleans()):
        choices = tuple(draw(st.lists(values, min_size=1, max_size=4, unique_by=repr)))
        return ValueType(kind, choices, optional=optional), draw(_perhaps_none(st.sampled_from(choices), optional))
    return ValueType(kind, optional=optional), draw(_perhaps_none(values, optional))


def _perhaps_none(values: st.SearchStrategy[Any], optional: bool) -> st.SearchStrategy[Any]:  # noqa: FBT001 - the type's own fact
    return values | st.none() if optional else values


@st.composite
def options(draw: st.DrawFn, name: str) -> OptionSpec:
    """An option; its default, if it has one, is a value of its type."""
    value_type, value = draw(typed_values())
    if draw(st.booleans()):
        return OptionSpec(name, value_type, draw(texts), required=True)
    return OptionSpec(name, value_type, draw(texts), default=value_type.dump(value))


@st.composite
def specs(draw: st.DrawFn) -> HookSpec:
    """A hook of any shape."""
    found = draw(st.lists(names, max_size=8, unique_by=str.lower))
    kinds = draw(st.lists(st.sampled_from("ioo*"), min_size=len(found), max_size=len(found)))
    by_kind = {kind: [name for name, one in zip(found, kinds, strict=True) if one == kind] for kind in "io*"}
    return HookSpec(
        name=draw(names),
        version=draw(texts),
        title=draw(texts),
        description=draw(texts),
        entry_point=EntryPoint("package.module", draw(names)),
        inputs=tuple(InputSpec(name, draw(texts), draw(st.booleans())) for name in by_kind["i"]),
        outputs=tuple(OutputSpec(name, draw(texts), draw(st.booleans())) for name in by_kind["*"]),
        options=tuple(draw(options(name)) for name in by_kind["o"]),
        resources=Resources(Quantity.parse(draw(st.sampled_from(["1", "250m", "1.5"]))), Quantity.parse("2Gi")),
        retry=Retry(draw(st.integers(0, 9))),
        timeout_seconds=draw(st.integers(1, 10**6)),
        network=draw(st.booleans()),
    )


def bounded(kind: str, **bounds: Any) -> ValueType:
    """A type with bounds."""
    return ValueType(kind, constraints=Constraints(**bounds))

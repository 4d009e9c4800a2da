"""A ValueType becomes the JSON Schema (draft 2020-12) of its values: a column of the table of types for the desk."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from hookkit.composites import FIXED_TUPLE
from hookkit.constraints import rule_for
from hookkit.datatypes import ValueType

Schema = dict[str, Any]


def value_schema(value_type: ValueType) -> Schema:
    """The schema of a value in JSON's own terms."""
    schema = _SCHEMAS[value_type.kind](value_type)
    if value_type.choices:
        schema["enum"] = [*value_type.choices, None] if value_type.optional else list(value_type.choices)
        if len({type(choice) for choice in value_type.choices}) > 1:
            del schema["type"]
    if value_type.optional:
        schema = _or_null(schema)
    for name, bound in value_type.constraints.given().items():
        if rule := rule_for(name, value_type.kind):
            schema[rule.keyword] = bound
    return schema


def _or_null(schema: Schema) -> Schema:
    """A schema that takes null as well; one with an enum lists it there already."""
    if "type" in schema and isinstance(schema["type"], str):
        return schema | {"type": [schema["type"], "null"]}
    return schema if "enum" in schema else {"anyOf": [schema, {"type": "null"}]}


# ---------------------------------------------------------------- the column


def _always(**schema: str) -> Callable[[ValueType], Schema]:
    return lambda _: dict(schema)


def _list(value_type: ValueType) -> Schema:
    return {"type": "array", "items": value_schema(value_type.items[0])}


def _fixed_tuple(value_type: ValueType) -> Schema:
    items = [value_schema(one) for one in value_type.items]
    return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}


def _dict(value_type: ValueType) -> Schema:
    values = {"additionalProperties": value_schema(value_type.items[0])} if value_type.items else {}
    return {"type": "object", **values}


def _dataclass(value_type: ValueType) -> Schema:
    properties = {
        one.name: value_schema(one.type) | ({} if one.required else {"default": one.default})
        for one in value_type.fields
    }
    required = [one.name for one in value_type.fields if one.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _pydantic(value_type: ValueType) -> Schema:
    return dict(value_type.json_schema or {})


_SCHEMAS: Final[Mapping[str, Callable[[ValueType], Schema]]] = {
    "str": _always(type="string"),
    "int": _always(type="integer"),
    "float": _always(type="number"),
    "bool": _always(type="boolean"),
    "path": _always(type="string"),
    "date": _always(type="string", format="date"),
    "datetime": _always(type="string"),  # not "date-time", which wants a zone: a time without one is a value, too
    "timedelta": _always(type="string"),
    "uuid": _always(type="string", format="uuid"),
    "list": _list,
    "tuple": _list,
    FIXED_TUPLE: _fixed_tuple,
    "dict": _dict,
    "dataclass": _dataclass,
    "pydantic": _pydantic,
}

"""The rows of the table for values that hold others: lists, tuples, dicts, dataclasses, types of pydantic's.

As text they are JSON. The functions get the ValueType that says what is in them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any, Final, NamedTuple

from hookkit.errors import shown
from hookkit.travel import refuse_what_cannot_travel


class Composite(NamedTuple):
    """A row."""

    read: Callable[[Any, str], Any]
    write: Callable[[Any, Any], str]
    load: Callable[[Any, Any], Any]
    dump: Callable[[Any, Any], Any]
    option_type: str


def parse_json(text: str) -> Any:
    """JSON text -> value; ValueError in a few words where it is none."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        msg = "is nested too deeply"
        raise ValueError(msg) from None
    except ValueError as error:
        msg = f"is not JSON: {error}"
        raise ValueError(msg) from None


def _refuse_constant(name: str) -> Any:
    msg = f"{name} is no number of JSON's"
    raise ValueError(msg)


def json_text(data: Any) -> str:
    """Value -> JSON text, in one line."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def _write(kind: Any, value: Any) -> str:
    return json_text(kind.dump(value))


def _located(where: str, read: Callable[[Any], Any], data: Any) -> Any:
    """Read a part of a value; what is wrong with it is said with its place."""
    try:
        return read(data)
    except ValueError as error:
        msg = f"has a wrong {where}: {shown(data)} {error}"
        raise ValueError(msg) from None


# ---------------------------------------------------------------- lists and tuples


def _read_list(kind: Any, text: str) -> Any:
    return _made(kind, _texts_as_items([text]))


def read_items(kind: Any, texts: list[str]) -> Any:
    """The texts of a repeated flag -> a list or tuple: each is an item, or JSON with several."""
    for text in texts:
        refuse_what_cannot_travel(text)
    return _made(kind, _texts_as_items(texts))


def _texts_as_items(texts: list[str]) -> list[tuple[bool, Any]]:
    """Items with whether each is a text still to be read, or JSON to be loaded."""
    found: list[tuple[bool, Any]] = []
    for text in texts:
        data = _json_list(text)
        found += [(True, text)] if data is None else [(False, one) for one in data]
    return found


def _json_list(text: str) -> list[Any] | None:
    """The items of a JSON list; None where the text is no such list, and so an item itself."""
    if not text.lstrip().startswith("["):
        return None
    try:
        data = parse_json(text)
    except ValueError:
        return None
    return data if isinstance(data, list) else None


def _load_list(kind: Any, data: Any) -> Any:
    if not isinstance(data, list | tuple):
        msg = "is not a list"
        raise ValueError(msg)
    return _made(kind, [(False, one) for one in data])


def _made(kind: Any, items: list[tuple[bool, Any]]) -> Any:
    values = [
        _located(f"item {number}", (one.read if is_text else one.load), data)
        for number, ((is_text, data), one) in enumerate(zip(items, _types_of_items(kind, len(items)), strict=True), 1)
    ]
    return values if kind.kind == "list" else tuple(values)


def _types_of_items(kind: Any, count: int) -> Any:
    """The type of each item: the same for all, but for a tuple of fixed length."""
    if kind.kind != FIXED_TUPLE:
        return [kind.items[0]] * count
    if count != len(kind.items):
        msg = f"has {count} items instead of {len(kind.items)}"
        raise ValueError(msg)
    return kind.items


def _dump_list(kind: Any, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        msg = "is not a list"
        raise ValueError(msg)
    pairs = zip(_types_of_items(kind, len(value)), value, strict=True)
    return [_located(f"item {number}", one.dump, item) for number, (one, item) in enumerate(pairs, 1)]


# ---------------------------------------------------------------- dicts


def _read_object(kind: Any, text: str) -> Any:
    return kind.load(parse_json_object(text))


def parse_json_object(text: str) -> dict[str, Any]:
    """JSON text -> object; ValueError where it is something else."""
    data = parse_json(text)
    if not isinstance(data, dict):
        msg = "is not a JSON object"
        raise ValueError(msg)
    return data


def _items_of(data: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(data, dict):
        msg = "is not a JSON object"
        raise ValueError(msg)
    for key, value in data.items():
        if not isinstance(key, str):
            msg = f"has the key {shown(key)}, which is no text"
            raise ValueError(msg)
        refuse_what_cannot_travel(key)
        yield key, value


def _load_dict(kind: Any, data: Any) -> dict[str, Any]:
    """A dict of one type of values, or of any that JSON has."""
    if kind.items:
        return {key: _located(f"value of {key!r}", kind.items[0].load, value) for key, value in _items_of(data)}
    return {key: _any_json(value) for key, value in _items_of(data)}


def _any_json(data: Any) -> Any:
    """A JSON value of any shape, as it is; ValueError where a part of it can't travel."""
    try:
        return _travelling(data)
    except RecursionError:
        msg = "is nested too deeply"
        raise ValueError(msg) from None


def _travelling(data: Any) -> Any:
    if isinstance(data, str):
        refuse_what_cannot_travel(data)
        return data
    if isinstance(data, list | tuple):
        return [_travelling(one) for one in data]
    if isinstance(data, dict):
        return {key: _travelling(value) for key, value in _items_of(data)}
    if data is None or isinstance(data, bool | int) or (isinstance(data, float) and isfinite(data)):
        return data
    msg = f"holds {shown(data)}, which JSON has not"
    raise ValueError(msg)


def _dump_dict(kind: Any, value: Any) -> dict[str, Any]:
    dump = kind.items[0].dump if kind.items else _any_json
    return {key: _located(f"value of {key!r}", dump, one) for key, one in _items_of(value)}


# ---------------------------------------------------------------- dataclasses


def _load_dataclass(kind: Any, data: Any) -> Any:
    """An object's fields -> the dataclass, or a dict where only its description is at hand."""
    given = dict(_items_of(data))
    names = [one.name for one in kind.fields]
    unknown = [key for key in given if key not in names]
    missing = [one.name for one in kind.fields if one.required and one.name not in given]
    if unknown or missing:
        parts = [f"no field {key!r}" for key in unknown] + [f"field {name!r} is missing" for name in missing]
        msg = f"does not fit: {', '.join(parts)}; it has {', '.join(names)}"
        raise ValueError(msg)
    if not kind.python:
        given = {one.name: one.default for one in kind.fields} | given
    values = {
        one.name: _located(f"field {one.name!r}", one.type.load, given[one.name])
        for one in kind.fields
        if one.name in given  # the dataclass itself has the default of a field that is not
    }
    return _instance(kind.python, values) if kind.python else values


def _instance(python: Any, values: dict[str, Any]) -> Any:
    """The dataclass of these values; what its `__post_init__` refuses is a wrong value."""
    try:
        return python(**values)
    except (ValueError, TypeError, AssertionError) as error:
        msg = f"is refused by {python.__name__}: {str(error) or type(error).__name__}"
        raise ValueError(msg) from None


def _dump_dataclass(kind: Any, value: Any) -> dict[str, Any]:
    if kind.python and not isinstance(value, kind.python):
        msg = f"is not a {kind.python.__name__}"
        raise ValueError(msg)
    values = value if isinstance(value, dict) else {one.name: getattr(value, one.name) for one in kind.fields}
    return {one.name: _located(f"field {one.name!r}", one.type.dump, values[one.name]) for one in kind.fields}


# ---------------------------------------------------------------- pydantic's

_OBJECTS: Final = frozenset({"object", "array"})
_OPTION_TYPES: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "object": "dict",
    "array": "list",
}


def _json_type(schema: Mapping[str, Any]) -> str:
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        return _json_type(one)
    return str(schema.get("type", "object" if "$ref" in schema else "string"))


def option_type_of(schema: Mapping[str, Any]) -> str:
    """`Type` of a WorkflowOption for a type of pydantic's."""
    return _OPTION_TYPES.get(_json_type(schema), "str")


def _read_pydantic(kind: Any, text: str) -> Any:
    if _json_type(kind.json_schema) in _OBJECTS:
        return kind.load(parse_json(text))
    return _validated(kind, text, "validate_strings")


def _load_pydantic(kind: Any, data: Any) -> Any:
    return _validated(kind, json_text(_any_json(data)), "validate_json")


def _validated(kind: Any, text: str, method: str) -> Any:
    """What pydantic makes of it; where pydantic is not at hand, JSON's own value, which the container checks."""
    if kind.python is None:
        return text if method == "validate_strings" and _json_type(kind.json_schema) == "string" else _json_or(text)
    from pydantic import ValidationError

    try:
        return getattr(kind.python, method)(text)
    except ValidationError as error:
        msg = "is wrong: " + "; ".join(_words_of(one) for one in error.errors(include_url=False, include_input=False))
        raise ValueError(msg) from None


def _json_or(text: str) -> Any:
    """JSON's value, or the text where it is none."""
    try:
        return parse_json(text)
    except ValueError:
        return text


def _words_of(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"])
    words = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {words}" if place else words


def _write_pydantic(kind: Any, value: Any) -> str:
    data = kind.dump(value)
    return data if isinstance(data, str) and _json_type(kind.json_schema) not in _OBJECTS else json_text(data)


def _dump_pydantic(kind: Any, value: Any) -> Any:
    return value if kind.python is None else kind.python.dump_python(value, mode="json", by_alias=True, warnings=False)


# ---------------------------------------------------------------- the rows

FIXED_TUPLE: Final = "fixed tuple"

COMPOSITES: Final[Mapping[str, Composite]] = {
    **dict.fromkeys(("list", "tuple", FIXED_TUPLE), Composite(_read_list, _write, _load_list, _dump_list, "list")),
    "dict": Composite(_read_object, _write, _load_dict, _dump_dict, "dict"),
    "dataclass": Composite(_read_object, _write, _load_dataclass, _dump_dataclass, "dict"),
    "pydantic": Composite(_read_pydantic, _write_pydantic, _load_pydantic, _dump_pydantic, "dict"),
}


def _words_of_schema(schema: Mapping[str, Any]) -> str:
    if "properties" in schema:
        return f"JSON object with {', '.join(schema['properties'])}"
    return str(schema.get("title", option_type_of(schema)))


def words(kind: Any) -> str:
    """A kind in words: `list of int`, `JSON object with lat, lon`."""
    if kind.kind in {"list", "tuple"}:
        return f"list of {kind.items[0]}"
    if kind.kind == FIXED_TUPLE:
        return f"list of {' and '.join(str(one) for one in kind.items)}"
    if kind.kind == "dataclass":
        return f"JSON object with {', '.join(one.name for one in kind.fields)}"
    if kind.kind == "dict":
        return f"JSON object of {kind.items[0]}" if kind.items else "JSON object"
    if kind.kind == "pydantic":
        return _words_of_schema(kind.json_schema)
    return str(kind.kind)

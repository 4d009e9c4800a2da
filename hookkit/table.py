"""A table of pyproject.toml becomes a frozen value: a wrong key or value is a line with the key's path, all at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from hookkit.datatypes import did_you_mean
from hookkit.errors import Problem, ProjectError, shown

#: What pydantic puts on the way to a mapping's key.
_OF_A_KEY: Final = "[key]"
#: The steps from a table to one of its values.
_Way = Sequence[str | int]


def table_key(name: str) -> str:
    """The key of an attribute: `base_image` -> `base-image`; what is kept as it's written is `…_table`."""
    return name.removesuffix("_table").replace("_", "-")


class Table(BaseModel):
    """What a table may hold: keys are written with dashes, unknown ones are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=table_key)


_Model = TypeVar("_Model")


def read_table(model: type[_Model], file: Path, name: str, data: Any) -> _Model:
    """Validate a table of a file.

    Raises:
        ProjectError: every wrong key and value, by its path below `name`.

    """
    try:
        return TypeAdapter(model).validate_python(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise ProjectError(*(_problem(model, f"{file}: {name}", dict(one)) for one in found)) from None


def _problem(model: type, table: str, error: Mapping[str, Any]) -> Problem:
    way = [step for step in error["loc"] if step != _OF_A_KEY]
    where = table + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)
    words = str(error["msg"]).removeprefix("Value error, ").replace("Input should", "it should")
    match error["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            return Problem(where, "no such key", _known_keys(model, way))
        case "model_type" | "dict_type" | "dataclass_type":
            return Problem(where, "is not a table", _as_table(where.rpartition(": ")[2], way))
        case "value_error":  # our own words, which name the value
            return Problem(where, words)
        case "missing":
            return Problem(where, "is missing", "write it")
    return Problem(where, f"{shown(error['input'])} is wrong: {words}", "mend the value")


def _as_table(path: str, way: _Way) -> str:
    return "write {key = value}" if any(isinstance(step, int) for step in way) else f"write [{path}]"


def _known_keys(model: type, way: _Way) -> str:
    """What may stand in the table of an unknown key: the one that is meant, or all."""
    known = list(_fields(_table_at(model, way[:-1])))
    return did_you_mean(str(way[-1]), known).removeprefix("; ") or f"there are {', '.join(known)}"


def _table_at(model: type, way: _Way) -> type:
    for step in way:
        if not isinstance(step, int):
            model = next(_tables_in(_fields(model)[step]))
    return model


def _fields(model: type) -> dict[str, Any]:
    """The annotations of a table's keys."""
    if issubclass(model, BaseModel):
        return {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    hints = get_type_hints(model)
    return {table_key(one.name): hints[one.name] for one in fields(model)} if is_dataclass(model) else {}


def _tables_in(annotation: Any) -> Iterator[type]:
    """`list[Toleration] | None` -> Toleration."""
    if isinstance(annotation, type) and (issubclass(annotation, BaseModel) or is_dataclass(annotation)):
        yield annotation
    for inner in get_args(annotation):
        yield from _tables_in(inner)

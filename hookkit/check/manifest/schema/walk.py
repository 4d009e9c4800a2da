"""A document becomes its objects: each mapping that the schema has a definition of, and where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hookkit.check.finding import DataPath
from hookkit.check.manifest.schema import load_schema
from hookkit.check.manifest.schema.types import Closed, ListOf, MappingOf, Type


@dataclass(frozen=True)
class Object:
    """A mapping of the document, and the object that it is a part of."""

    definition: Closed
    data: Mapping[str, Any]
    path: DataPath = ()
    above: "Object | None" = None

    @property
    def key(self) -> str:
        """The field of the object above that holds it."""
        return str(self.path[len(self.above.path)]) if self.above else ""


def objects(document: Mapping[str, Any], kind: str) -> Iterator[Object]:
    """Each object from the top on; what is of another type than the schema asks for has none below it.

    Raises:
        KeyError: the schema has no such kind.

    """
    return _from(Object(load_schema().definitions[kind], document))


def _from(one: Object) -> Iterator[Object]:
    yield one
    for field, type_ in one.definition.nesting.items():
        if one.data.get(field) is not None:
            yield from _below(type_, one.data[field], (*one.path, field), one)


def _below(type_: Type, value: object, path: DataPath, above: Object) -> Iterator[Object]:
    if isinstance(type_, Closed) and isinstance(value, dict):
        yield from _from(Object(type_, value, path, above))
    elif isinstance(type_, ListOf) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(type_.of, item, (*path, index), above)
    elif isinstance(type_, MappingOf) and isinstance(value, dict):
        for key, item in value.items():
            yield from _below(type_.of, item, (*path, key), above)

"""The schema of Argo's documents that hookkit ships: loaded once, where it is first asked for.

`tools/argo_schema.py` makes `argo.json` from Hera's models; `tools/argo_schema_mended.py` says where it differs from
them, and why. It knows every field of Argo 3.5 to 4.1: which version has which, `versions` tells.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hookkit.check.manifest.schema.types import SCALARS, Choice, Closed, ListOf, MappingOf, Type


class Schema:
    """Definitions and choices by name, in the notation of `schema.types`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.definitions = {name: Closed(name, fields, self.read) for name, fields in data["definitions"].items()}
        self.choices = {name: Choice(tuple(words.split(" | "))) for name, words in data["choices"].items()}
        self._types: dict[str, Type] = {**SCALARS, **self.choices, **self.definitions}

    def read(self, notation: str) -> Type:
        """The type that the notation tells, without `!`; KeyError for a name that nobody defines."""
        if notation not in self._types and notation[0] in "[{":
            made = ListOf if notation[0] == "[" else MappingOf
            self._types[notation] = made(self.read(notation[1:-1]))
        return self._types[notation]


@cache
def load_schema() -> Schema:
    """The shipped schema."""
    return Schema(json.loads(Path(__file__).with_name("argo.json").read_bytes()))

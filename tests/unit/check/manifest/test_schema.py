"""The schema that ships is the one that its generator makes, and can be read."""

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import hookkit.check.manifest.schema as schema_package
from hookkit.check.manifest.document import KINDS
from hookkit.check.manifest.schema import Schema, load_schema
from hookkit.check.manifest.schema.types import SCALARS, Choice, Closed, ListOf, MappingOf, held

REPOSITORY = Path(__file__).parents[4]
SHIPPED = Path(schema_package.__file__).with_name("argo.json")


def test_the_generator_reproduces_what_ships() -> None:
    command = [sys.executable, str(REPOSITORY / "tools/argo_schema.py")]
    made = subprocess.run(command, capture_output=True, text=True, check=True)

    assert made.stdout == SHIPPED.read_text(), "run tools/argo_schema.py --write"


def test_every_type_that_the_schema_names_is_defined() -> None:
    schema = load_schema()

    assert all(one.fields.keys() == one.notation.keys() for one in schema.definitions.values())


def test_each_kind_is_defined_and_each_definition_is_used() -> None:
    data = json.loads(SHIPPED.read_text())
    named = {
        name for fields in data["definitions"].values() for text in fields.values() for name in re.findall(r"\w+", text)
    }

    assert set(data["definitions"]) - named == set(KINDS)
    assert set(data["choices"]) <= named


def test_the_notation_tells_lists_mappings_choices_and_what_is_required() -> None:
    schema = Schema(
        {
            "choices": {"Size": "S | M"},
            "definitions": {"One": {"a": "string!", "b": "[[Two]]", "c": "{Size}"}, "Two": {"one": "One"}},
        }
    )
    one = schema.definitions["One"]

    assert one.required == ("a",)
    assert one.fields == {
        "a": SCALARS["string"],
        "b": ListOf(ListOf(schema.definitions["Two"])),
        "c": MappingOf(Choice(("S", "M"))),
    }
    assert list(one.nesting) == ["b"]
    assert held(one.fields["b"]) is schema.definitions["Two"]


def test_a_name_that_nobody_defines_is_no_type() -> None:
    with pytest.raises(KeyError, match="Three"):
        Schema({"choices": {}, "definitions": {}}).read("[Three]")


def test_the_schema_is_loaded_once() -> None:
    assert load_schema() is load_schema()
    assert isinstance(load_schema().definitions["Workflow"], Closed)


@pytest.mark.parametrize(
    ("name", "taken", "refused"),
    [
        ("any", [None, 1, "a", [], {}], []),
        ("boolean", [True, False], [0, "true", None, []]),
        ("int-or-string", [1, "1", "50%", 1.0], [1.5, True, None, []]),
        ("integer", [1, -1, 1.0], [1.5, "1", True, None]),
        ("number", [1, 0.5], ["1", True, None]),
        ("quantity", [1, 0.5, "1Gi"], [True, None, []]),
        ("string", ["", "a", date(2026, 1, 31), datetime(2026, 1, 31, tzinfo=UTC)], [1, True, None, []]),
        ("time", ["2026-01-31T00:00:00Z", datetime(2026, 1, 31, tzinfo=UTC)], [date(2026, 1, 31), 1, None]),
    ],
)
def test_a_scalar_takes_what_kubernetes_reads_as_one(name: str, taken: list[Any], refused: list[Any]) -> None:
    assert all(SCALARS[name].accepts(value) for value in taken)
    assert not any(SCALARS[name].accepts(value) for value in refused)

"""Every type of the table has a schema; what the schemas take is tested with those of hooks."""

import pytest
from jsonschema import Draft202012Validator
from strategies import EACH_KIND

from hookkit.datatypes import DATATYPES
from hookkit.manifest.valueschema import value_schema


@pytest.mark.parametrize("kind", DATATYPES)
def test_each_row_of_the_table_has_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(value_schema(EACH_KIND[kind]))

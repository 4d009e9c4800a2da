"""A text that an option must refuse: for every type that refuses any, by its bounds where it has some."""

import pytest
from hypothesis import given
from strategies import value_types

from hookkit.check.contract.refused import refused_text
from hookkit.constraints import Constraints
from hookkit.datatypes import ValueType


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ValueType("int", constraints=Constraints(ge=1)), "0"),
        (ValueType("int", constraints=Constraints(gt=1, lt=9)), "0"),
        (ValueType("int", constraints=Constraints(le=9)), "10"),
        (ValueType("float", constraints=Constraints(lt=0.5)), "1.5"),
        (ValueType("int", constraints=Constraints(multiple_of=2)), "3"),
        (ValueType("float", constraints=Constraints(multiple_of=0.5)), "0.75"),
        (ValueType("int"), "no-such-value"),
        (ValueType("bool"), "no-such-value"),
        (ValueType("date"), "no-such-value"),
        (ValueType("str", choices=("upper", "lower")), "no-such-value"),
        (ValueType("str", constraints=Constraints(max_length=3)), "xxxx"),
        (ValueType("str", constraints=Constraints(min_length=3)), "xx"),
        (ValueType("str", constraints=Constraints(pattern="^[A-Z]+$")), "no-such-value"),
        (ValueType("str", constraints=Constraints(pattern="^[a-z-]+$")), "\N{SNOWMAN}"),
        (ValueType("list", items=(ValueType("int"),), constraints=Constraints(max_length=2)), "[0, 0, 0]"),
        (ValueType("list", items=(ValueType("int"),), constraints=Constraints(min_length=1)), "[]"),
        (ValueType("list", items=(ValueType("int", constraints=Constraints(ge=1)),)), "no-such-value"),
        (ValueType("str"), None),
        (ValueType("path"), None),
        (ValueType("list", items=(ValueType("str"),)), None),
    ],
)
def test_a_text_that_must_be_refused(kind: ValueType, expected: str | None) -> None:
    assert refused_text(kind) == expected


@given(value_types)
def test_whatever_the_type_the_text_is_none_of_its_values(kind: ValueType) -> None:
    text = refused_text(kind)

    if text is not None:
        with pytest.raises(ValueError, match=r"\w"):
            kind.read_all([text])

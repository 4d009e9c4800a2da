"""Bounds hold for text and for JSON alike, and say in words what they ask."""

import pytest
from strategies import bounded

from hookkit.constraints import CONSTRAINTS, Constraints
from hookkit.datatypes import ValueType

INTS = (ValueType("int"),)
HELD = [
    (bounded("int", ge=1), "1", "0", "is not at least 1"),
    (bounded("int", gt=1), "2", "1", "is not more than 1"),
    (bounded("float", le=0.5), "0.5", "0.51", "is not at most 0.5"),
    (bounded("float", lt=0.5), "0.49", "0.5", "is not less than 0.5"),
    (bounded("int", multiple_of=3), "-6", "7", "is not a multiple of 3"),
    (bounded("int", multiple_of=3), str(3 * 10**500), str(3 * 10**500 + 1), "is not a multiple of 3"),
    (bounded("int", multiple_of=0.5), "7", str(10**500), "is not a multiple of 0.5"),
    (bounded("float", multiple_of=0.1), "0.3", "0.35", "is not a multiple of 0.1"),
    (bounded("float", multiple_of=1e-10), "1", "1e308", "is not a multiple of 1e-10"),
    (bounded("str", min_length=2), "é値", "é", "is not at least 2 characters long"),
    (bounded("str", max_length=2), "🛰🛰", "abc", "is not at most 2 characters long"),
    (bounded("str", pattern="^[ab]+$"), "ab", "abc", "is not text that matches ^[ab]+$"),
    (bounded("path", pattern="tif$"), "a/b.tif", "a.tif/b", "is not text that matches tif$"),
    (bounded("list", min_length=2).replace(items=INTS), "[1, 2]", "[1]", "is not at least 2 items long"),
    (bounded("tuple", max_length=1).replace(items=INTS), "[1]", "[1, 2]", "is not at most 1 items long"),
    (bounded("list", max_length=0).replace(items=INTS), "[]", "[1]", "is not at most 0 items long"),
]


@pytest.mark.parametrize(("value_type", "good", "bad", "words"), HELD)
def test_a_bound_holds_for_text_and_for_json(value_type: ValueType, good: str, bad: str, words: str) -> None:
    plain = value_type.replace(constraints=Constraints())
    assert value_type.read(good) == value_type.load(plain.dump(plain.read(good))) == plain.read(good)
    for take, value in ((value_type.read, bad), (value_type.load, plain.dump(plain.read(bad)))):
        with pytest.raises(ValueError, match=r"^is not ") as caught:
            take(value)
        assert str(caught.value) == words


def test_each_constraint_has_its_test_and_its_field() -> None:
    tested = {name for value_type, *_ in HELD for name in value_type.constraints.given()}

    assert tested == set(CONSTRAINTS) == set(Constraints._fields)


def test_bounds_do_not_touch_none() -> None:
    optional = bounded("int", ge=1).replace(optional=True)

    assert optional.read("") is optional.load(None) is None


def test_bounds_hold_for_each_item_and_are_named_with_its_place() -> None:
    lists = ValueType("list", items=(bounded("int", ge=1),))

    assert lists.read("[1, 2]") == [1, 2]
    with pytest.raises(ValueError, match="has a wrong item 2: 0 is not at least 1"):
        lists.read("[1, 0]")
    with pytest.raises(ValueError, match="has a wrong item 2: '0' is not at least 1"):
        lists.read_all(["1", "0"])


def test_bounds_hold_for_all_items_of_a_repeated_flag() -> None:
    lists = bounded("list", min_length=2).replace(items=INTS)

    assert lists.read_all(["1", "2"]) == [1, 2]
    with pytest.raises(ValueError, match="is not at least 2 items long"):
        lists.read_all(["1"])

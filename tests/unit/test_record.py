"""A Record is what a frozen dataclass is, to a reader, to mypy and at run time."""

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from hookkit.record import Record


class Point(Record):
    x: int
    y: int = 0


class Named(Point):
    """Inherits the fields of Point and adds one."""

    name: str = ""
    cache: object = None

    _unequal = frozenset({"cache"})


def test_fields_come_by_position_by_name_and_by_default() -> None:
    assert Point(1, 2) == Point(x=1, y=2) == Point(1, y=2)
    assert Point(1) == Point(1, 0)


def test_a_subclass_adds_its_fields_after_the_inherited_ones() -> None:
    assert Named(1, 2, "here").name == "here"
    assert list(vars(Named(1))) == ["x", "y", "name", "cache"]


def test_the_order_of_fields_does_not_depend_on_how_a_value_was_made() -> None:
    assert list(vars(Point(y=2, x=1))) == list(vars(Point(1, 2).replace(x=3))) == ["x", "y"]


@pytest.mark.parametrize(
    ("arguments", "keywords", "words"),
    [
        ((), {}, "Point needs x"),
        ((), {"y": 1}, "Point needs x"),
        ((1, 2, 3), {}, "Point takes x, y; got 3 values"),
        ((1,), {"z": 1}, "Point takes x, y; got 1 values and z"),
        ((1,), {"x": 1}, "Point takes x, y; got 1 values and x"),
    ],
)
def test_missing_unknown_and_doubled_fields_are_refused(
    arguments: tuple[int, ...], keywords: dict[str, int], words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        Point(*arguments, **keywords)


def test_a_value_can_not_be_changed() -> None:
    point = Point(1)

    with pytest.raises(AttributeError, match=r"Point is frozen; use replace\(x=...\)"):
        point.x = 2  # type: ignore[misc] # mypy knows, too
    with pytest.raises(AttributeError, match="frozen"):
        del point.x
    assert point == Point(1)


def test_replace_gives_a_new_value_and_refuses_unknown_fields() -> None:
    point = Point(1, 2)

    assert point.replace(y=3) == Point(1, 3)
    assert point == Point(1, 2)
    with pytest.raises(TypeError, match="z"):
        point.replace(z=1)


def test_values_of_different_classes_are_never_equal() -> None:
    class Other(Record):
        x: int
        y: int = 0

    assert Point(1) != Other(1)
    assert Point(1) != Named(1)
    assert Point(1) != (1, 0)


def test_equal_values_have_equal_hashes_and_are_one_in_a_set() -> None:
    assert {Point(1), Point(1, 0), Point(2)} == {Point(1), Point(2)}


def test_unequal_fields_count_neither_for_equality_nor_for_the_hash() -> None:
    assert Named(1, cache={}) == Named(1, cache=[])
    assert len({Named(1, cache={}), Named(1, cache=[])}) == 1


def test_repr_names_each_field() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0)"


def test_copies_and_pickles_are_equal() -> None:
    point = Named(1, 2, "here")

    assert copy.copy(point) == copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point  # noqa: S301 - our own


READ_BY_MYPY = {
    "Point('a')": "arg-type",
    "Point()": "call-arg",
    "Point(1, z=2)": "call-arg",
    "Point(1).x = 2": "misc",
    "Point(1).z": "attr-defined",
}


def test_mypy_reads_a_record_as_a_frozen_dataclass(tmp_path: Path, repository: Path) -> None:
    good = [
        "from hookkit.record import Record",
        "class Point(Record):",
        "    x: int",
        "    y: int = 0",
        "Point(1, y=2)",
    ]
    file = tmp_path / "points.py"
    file.write_text("\n".join([*good, *READ_BY_MYPY]) + "\n")
    settings = ["--strict", "--no-incremental", "--config-file=", "--follow-imports=silent", "--output=json"]

    done = subprocess.run(
        [sys.executable, "-m", "mypy", *settings, str(file)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )

    found = {error["line"]: error["code"] for error in map(json.loads, done.stdout.splitlines())}
    assert found == dict(enumerate(READ_BY_MYPY.values(), start=len(good) + 1))

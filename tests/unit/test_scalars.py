"""Each row of the table for single values: from text, from JSON, and to both.

A new type is a row of `SCALARS`, a row of `ROWS` and a strategy in `strategies.VALUES`.
"""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from strategies import TRICKY, VALUES

from hookkit.datatypes import ValueType
from hookkit.scalars import SCALARS

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NAIVE = datetime(2026, 1, 31, 12)  # noqa: DTZ001 - a time without a zone is a value, too
ONE = UUID("123e4567-e89b-12d3-a456-426614174000")


class Row(NamedTuple):
    """What one type takes and refuses."""

    read: dict[str, Any]  # text -> value
    unread: tuple[str, ...]  # texts that are refused
    loaded: tuple[tuple[Any, Any], ...]  # JSON -> value
    unloaded: tuple[Any, ...]  # JSON that is refused
    written: tuple[tuple[Any, str, Any], ...]  # value -> text, JSON


ROWS: dict[str, Row] = {
    "str": Row(
        read={text: text for text in TRICKY},
        unread=(),
        loaded=(("", ""), ("5", "5")),
        unloaded=(5, 5.0, True, [], {}),
        written=(("a b", "a b", "a b"), ("", "", "")),
    ),
    "int": Row(
        read={"0": 0, "-0": 0, "+5": 5, "007": 7, "-12": -12, "9" * 1000: 10**1000 - 1},
        unread=("", " 5", "5 ", "5\n", "1_000", "٣", "５", "0x10", "1e3", "5.0", "--5", "true", "9" * 1001, "9" * 5000),  # noqa: RUF001 - other scripts' digits
        loaded=((5, 5), (5.0, 5), (-0.0, 0), ("5", 5), (10**1000 - 1, 10**1000 - 1)),
        unloaded=(5.5, True, "5.0", "", [], {}, math.inf, math.nan, 10**1000, -(10**1000), 10**5000),
        written=((-12, "-12", -12), (10**999, "1" + "0" * 999, 10**999)),
    ),
    "float": Row(
        read={"0": 0.0, "-0.5": -0.5, "+1.": 1.0, ".5": 0.5, "1e-3": 0.001, "1E+300": 1e300, "5": 5.0},
        unread=("", " 1", "1\n", "1_000.0", "nan", "inf", "-inf", "Infinity", "1e999", "1e", "e5", ".", "٣.5", "0x1p3"),
        loaded=((5, 5.0), (0.5, 0.5), ("1e-3", 0.001)),
        unloaded=(True, math.nan, math.inf, "nan", "", [], {}, 10**400, -(10**5000)),
        written=((0.1, "0.1", 0.1), (1e300, "1e+300", 1e300), (-0.0, "-0.0", -0.0), (5, "5", 5)),
    ),
    "bool": Row(
        read={
            **dict.fromkeys(("true", "True", "YES", "on", "1"), True),
            **dict.fromkeys(("false", "No", "OFF", "0"), False),
        },
        unread=("", "2", "t", "y", "null", " true", "true\n", "ｔｒｕｅ"),  # noqa: RUF001 - other scripts' letters
        loaded=((True, True), (False, False), ("yes", True)),
        unloaded=(1, 0, 1.0, "", [], {}),
        written=((True, "true", True), (False, "false", False)),
    ),
    "path": Row(
        read={"a": Path("a"), "/a b/é": Path("/a b/é"), "a//b/": Path("a/b"), "--x": Path("--x")},
        unread=(),
        loaded=(("a/b", Path("a/b")),),
        unloaded=(5, True, [], {}),
        written=((Path("a/b"), "a/b", "a/b"),),
    ),
    "date": Row(
        read={"2026-01-31": date(2026, 1, 31), "0001-01-01": date.min, "20260131": date(2026, 1, 31)},
        unread=("", "today", "2026-02-30", "2026-1-31", "31.01.2026", "2026-01-31T00:00", " 2026-01-31", "2026", "1"),
        loaded=(("2026-01-31", date(2026, 1, 31)), (date(2026, 1, 31), date(2026, 1, 31))),
        unloaded=(20260131, 5.0, True, [], {}, "", datetime(2026, 1, 31)),  # noqa: DTZ001 - a time without a zone is one
        written=((date(2026, 1, 31), "2026-01-31", "2026-01-31"),),
    ),
    "datetime": Row(
        read={
            "2026-01-31T12:00:00Z": NOON,
            "2026-01-31T12:00:00+00:00": NOON,
            "2026-01-31 12:00:00.5": NAIVE.replace(microsecond=500_000),
            "2026-01-31T12:00": NAIVE,
            "2026-01-31": NAIVE.replace(hour=0),
            "2026-01-31T12:00:00-05:30": NAIVE.replace(tzinfo=timezone(-timedelta(hours=5, minutes=30))),
        },
        unread=("", "now", "2026-01-31T25:00", "2026-02-30T12:00", "12:00", "1769860800", "2026-01-31T12:00 UTC"),
        loaded=(("2026-01-31T12:00:00Z", NOON), (NOON, NOON), (NAIVE, NAIVE)),
        unloaded=(1769860800, 0.5, True, [], {}, "", date(2026, 1, 31)),
        written=(
            (NOON, "2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00+00:00"),
            (NAIVE, "2026-01-31T12:00:00", "2026-01-31T12:00:00"),
        ),
    ),
    "timedelta": Row(
        read={
            "P1DT2H30M": timedelta(days=1, hours=2, minutes=30),
            "-PT1.5S": -timedelta(seconds=1.5),
            "P2W": timedelta(weeks=2),
            "PT0.000001S": timedelta(microseconds=1),
            "P0D": timedelta(),
            "90": timedelta(seconds=90),
            "-0.5": -timedelta(seconds=0.5),
        },
        unread=(
            *("", "P", "PT", "P1DT", "P1H", "PT1D", "P1Y", "P1M", "P-1D", "1D", "p1d", " P1D", "P٣D", "1:30", "nan"),
            *("P" + "9" * 20 + "D", "9" * 30, "P" + "9" * 5000 + "D", "PT0.0000001S"),
        ),
        loaded=(("PT90S", timedelta(seconds=90)), (90, timedelta(seconds=90)), (0.5, timedelta(seconds=0.5))),
        unloaded=(True, [], {}, "", math.nan, math.inf, 1e300, 10**400),
        written=(
            (timedelta(days=1, seconds=7200.5), "P1DT7200.5S", "P1DT7200.5S"),
            (timedelta(), "PT0S", "PT0S"),
            (timedelta(microseconds=-1), "-PT0.000001S", "-PT0.000001S"),
            (timedelta(days=-1), "-P1D", "-P1D"),
            (timedelta.max, "P999999999DT86399.999999S", "P999999999DT86399.999999S"),
            (timedelta.min, "-P999999999D", "-P999999999D"),
        ),
    ),
    "uuid": Row(
        read={str(ONE): ONE, ONE.hex: ONE, str(ONE).upper(): ONE, f"{{{ONE}}}": ONE, ONE.urn: ONE},
        unread=("", "1", str(ONE)[:-1], f"{ONE}0", "x" * 32),
        loaded=((str(ONE), ONE),),
        unloaded=(5, True, [], {}, ""),
        written=((ONE, str(ONE), str(ONE)),),
    ),
}


def case(field: str) -> pytest.MarkDecorator:
    """Every row's cases of one kind, flat: (type, case)."""
    cases = [(kind, one) for kind, row in ROWS.items() for one in _cases(getattr(row, field))]
    return pytest.mark.parametrize(
        ("kind", "case"), cases, ids=[f"{kind}-{number}" for number, (kind, _) in enumerate(cases)]
    )


def _cases(field: Any) -> list[Any]:
    return list(field.items() if isinstance(field, dict) else field)


def same(one: object, other: object) -> bool:
    """Equal, of one type, and of one sign where it is zero."""
    return type(one) is type(other) and one == other and str(one) == str(other)


def test_every_row_of_the_table_has_its_row_here_and_its_strategy() -> None:
    assert set(ROWS) == set(VALUES) == set(SCALARS)


class OfNumpy(float):
    """A number as numpy 2 shows its own."""

    def __repr__(self) -> str:
        return f"np.float64({float(self)})"

    def item(self) -> float:
        return float(self)


class CountOfNumpy:
    def item(self) -> int:
        return 5


class FlagOfNumpy:
    def item(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("kind", "value", "text", "data"),
    [
        ("float", OfNumpy(0.5), "0.5", 0.5),
        ("float", CountOfNumpy(), "5", 5),
        ("int", CountOfNumpy(), "5", 5),
        ("bool", FlagOfNumpy(), "true", True),
    ],
)
def test_numbers_of_numpy_are_written_as_pythons_own(kind: str, value: Any, text: str, data: object) -> None:
    assert ValueType(kind).write(value) == text
    assert same(ValueType(kind).dump(value), data)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("int", "5"), ("int", 5.0), ("int", True), ("float", "0.5"), ("float", True), ("bool", 1), ("str", 5)],
)
def test_a_value_of_another_type_is_not_written(kind: str, value: object) -> None:
    for take in (ValueType(kind).write, ValueType(kind).dump):
        with pytest.raises(ValueError, match=r"^is not"):
            take(value)


@case("read")
def test_a_text_is_read(kind: str, case: tuple[str, object]) -> None:
    text, value = case
    assert same(ValueType(kind).read(text), value)


@case("unread")
def test_a_text_that_is_no_such_value_is_refused(kind: str, case: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a"):
        ValueType(kind).read(case)


@case("loaded")
def test_json_is_loaded(kind: str, case: tuple[object, object]) -> None:
    data, value = case
    assert same(ValueType(kind).load(data), value)


@case("unloaded")
def test_json_that_is_no_such_value_is_refused(kind: str, case: object) -> None:
    with pytest.raises(ValueError, match=r"^is (not|an int of more)"):
        ValueType(kind).load(case)


@case("written")
def test_a_value_is_written_as_text_and_as_json(kind: str, case: tuple[Any, str, Any]) -> None:
    value, text, data = case
    assert ValueType(kind).write(value) == text
    assert same(ValueType(kind).dump(value), data)

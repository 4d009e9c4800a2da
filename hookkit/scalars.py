"""The rows of the table for single values: text, numbers, paths, times."""

import re
from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from sys import float_info
from typing import Any, Final, NamedTuple

# Patterns are texts, compiled (and kept by `re`) when a value needs them: a hook starts sooner for it.

_BOOLS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
#: Python reads and writes at most 4300 digits.
_MAX_DIGITS: Final = 1000
_TOO_LARGE: Final = 10**_MAX_DIGITS
_INT: Final = rf"[+-]?[0-9]{{1,{_MAX_DIGITS}}}"
_FLOAT: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


class Scalar(NamedTuple):
    """A row: `python` is the full name of the type, so that its module is imported only where it's used."""

    python: str
    read: Callable[[str], Any]  # text -> Python value; ValueError says what is wrong
    write: Callable[[Any], str]  # Python value -> text
    load: Callable[[Any], Any]  # JSON that is no text -> Python value; ValueError says what is wrong
    dump: Callable[[Any], Any]  # Python value -> JSON
    option_type: str  # `Type` of a WorkflowOption


def _same(value: Any) -> Any:
    return value


# ---------------------------------------------------------------- numbers


def _native(value: Any) -> Any:
    """Python's own number or bool for one of numpy's, which would be written as `np.float64(0.5)`."""
    return value.item() if hasattr(value, "item") else value


def _dump_int(value: Any) -> int:
    native = _native(value)
    return _load_int(None if isinstance(native, float) else native)


def _dump_float(value: Any) -> float:
    native = _native(value)
    return native if type(native) is int else _load_float(native)


def _dump_bool(value: Any) -> bool:
    return _load_bool(_native(value))


def _write_int(value: Any) -> str:
    return str(_dump_int(value))


def _write_float(value: Any) -> str:
    return repr(_dump_float(value))


def _read_int(text: str) -> int:
    if not re.fullmatch(_INT, text):
        msg = "is not an int"
        raise ValueError(msg)
    return int(text)


def _load_int(data: object) -> int:
    if isinstance(data, float) and data.is_integer():  # JSON has one kind of number: 5.0 is an integer there
        return int(data)
    if isinstance(data, bool) or not isinstance(data, int):
        msg = "is not an int"
        raise ValueError(msg)
    if abs(data) >= _TOO_LARGE:
        msg = f"is an int of more than {_MAX_DIGITS} digits"
        raise ValueError(msg)
    return data


def _read_float(text: str) -> float:
    value = float(text) if re.fullmatch(_FLOAT, text) else float("nan")
    if not isfinite(value):
        msg = "is not a finite float"
        raise ValueError(msg)
    return value


def _load_float(data: object) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float) or not abs(data) <= float_info.max:
        msg = "is not a finite float"
        raise ValueError(msg)
    return float(data)


def _read_bool(text: str) -> bool:
    try:
        return _BOOLS[text.lower()]
    except KeyError:
        msg = "is not a bool; write true or false"
        raise ValueError(msg) from None


def _write_bool(value: Any) -> str:
    return "true" if _dump_bool(value) else "false"


def _load_bool(data: object) -> bool:
    if not isinstance(data, bool):
        msg = "is not a bool"
        raise ValueError(msg)
    return data


# ---------------------------------------------------------------- texts


def _load_str(data: object) -> str:
    if not isinstance(data, str):
        msg = "is not text; put it in quotes"
        raise ValueError(msg)
    return str.__str__(data)  # plain, also of one of numpy's or of a member of an Enum


def _load_path(data: object) -> Path:
    return Path(_load_str(data))


# ---------------------------------------------------------------- times and identifiers


def _read_date(text: str) -> Any:
    from datetime import date

    return _read_iso(date, text, "a date: 2026-01-31")


def _load_date(data: object) -> Any:
    from datetime import date, datetime

    if isinstance(data, date) and not isinstance(data, datetime):  # TOML has dates of its own
        return data
    return _read_date(_load_str(data))


def _read_datetime(text: str) -> Any:
    from datetime import datetime

    return _read_iso(datetime, text, "a date and time: 2026-01-31T12:00:00Z")


def _load_datetime(data: object) -> Any:
    from datetime import datetime

    return data if isinstance(data, datetime) else _read_datetime(_load_str(data))


def _read_iso(kind: Any, text: str, what: str) -> Any:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        msg = f"is not {what} (ISO 8601)"
        raise ValueError(msg) from None


def _isoformat(value: Any) -> str:
    return str(value.isoformat())


#: ISO 8601's duration; a bare number means seconds.
_DURATION: Final = (
    r"(?P<sign>-)?P(?=.)((?P<weeks>[0-9]+)W)?((?P<days>[0-9]+)D)?"
    r"(T(?=.)((?P<hours>[0-9]+)H)?((?P<minutes>[0-9]+)M)?((?P<seconds>[0-9]+)(\.(?P<fraction>[0-9]{1,6}))?S)?)?"
)


def _read_timedelta(text: str) -> Any:
    from datetime import timedelta

    try:
        if match := re.fullmatch(_DURATION, text):
            parts = {name: int(match[name] or 0) for name in ("weeks", "days", "hours", "minutes", "seconds")}
            whole = timedelta(**parts, microseconds=int((match["fraction"] or "").ljust(6, "0")))
            return -whole if match["sign"] else whole
        return timedelta(seconds=_read_float(text))
    except (ValueError, OverflowError):
        msg = "is not a duration: P1DT2H30M, or a number of seconds (ISO 8601)"
        raise ValueError(msg) from None


def _write_timedelta(value: Any) -> str:
    """`P1DT7200.5S`: whole days, then seconds."""
    sign, span = ("-", -value) if value.days < 0 else ("", value)
    fraction = f".{span.microseconds:06d}".rstrip("0") if span.microseconds else ""
    time = f"T{span.seconds}{fraction}S" if span.seconds or span.microseconds or not span.days else ""
    return f"{sign}P{f'{span.days}D' if span.days else ''}{time}"


def _load_timedelta(data: object) -> Any:
    from datetime import timedelta

    if isinstance(data, timedelta):
        return data
    return _read_timedelta(data if isinstance(data, str) else repr(_load_float(data)))


def _read_uuid(text: str) -> Any:
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        msg = "is not a UUID: 123e4567-e89b-12d3-a456-426614174000"
        raise ValueError(msg) from None


def _load_uuid(data: object) -> Any:
    return _read_uuid(_load_str(data))


SCALARS: Final[Mapping[str, Scalar]] = {
    "str": Scalar("builtins.str", _same, _load_str, _load_str, _load_str, "str"),
    "int": Scalar("builtins.int", _read_int, _write_int, _load_int, _dump_int, "int"),
    "float": Scalar("builtins.float", _read_float, _write_float, _load_float, _dump_float, "float"),
    "bool": Scalar("builtins.bool", _read_bool, _write_bool, _load_bool, _dump_bool, "bool"),
    "path": Scalar("pathlib.Path", Path, str, _load_path, str, "str"),
    "date": Scalar("datetime.date", _read_date, _isoformat, _load_date, _isoformat, "str"),
    "datetime": Scalar("datetime.datetime", _read_datetime, _isoformat, _load_datetime, _isoformat, "str"),
    "timedelta": Scalar(
        "datetime.timedelta", _read_timedelta, _write_timedelta, _load_timedelta, _write_timedelta, "str"
    ),
    "uuid": Scalar("uuid.UUID", _read_uuid, str, _load_uuid, str, "str"),
}

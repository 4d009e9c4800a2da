"""A version and the specifiers of `requires-python` become whether it is one of them; as far as they are plain ones."""

import re
from typing import Final

_SPECIFIER: Final = re.compile(r"\s*(?P<sign>===|==|~=|!=|>=|<=|>|<)\s*(?P<version>\d+(\.\d+)*)(?P<any>\.\*)?\s*")


def allows(specifiers: str, version: str) -> bool:
    """Whether a version such as `3.11.7` is among those that are named; what is not understood allows all."""
    return all(_allows(one, version) for one in specifiers.split(",") if one.strip())


def _allows(specifier: str, version: str) -> bool:
    match = _SPECIFIER.fullmatch(specifier)
    if match is None:
        return True
    wanted, given = _numbers(match["version"]), _numbers(version)
    if match["any"]:
        same = given[: len(wanted)] == wanted
        return same if match["sign"] in {"==", "==="} else not same
    width = max(len(wanted), len(given))
    one, other = _padded(given, width), _padded(wanted, width)
    return {
        "===": one == other,
        "==": one == other,
        "!=": one != other,
        ">=": one >= other,
        "<=": one <= other,
        ">": one > other,
        "<": one < other,
        "~=": one >= other and given[: len(wanted) - 1] == wanted[:-1],
    }[match["sign"]]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", version))


def _padded(numbers: tuple[int, ...], width: int) -> tuple[int, ...]:
    return numbers + (0,) * (width - len(numbers))

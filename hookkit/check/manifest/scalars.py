"""A plain YAML scalar becomes the value that Kubernetes' parser would read, which is not always PyYAML's.

It reads YAML 1.1 as go-yaml has it: `y` and `on` are booleans, `1e3` is a number, but dates and `1:30` are texts.
"""

import re
from typing import Any, Final

_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_FIRST_OF_NUMBERS: Final = frozenset("+-.0123456789")
_FIRST_OF_WORDS: Final = frozenset(word[:1] for word in _WORDS)
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_BASED: Final = re.compile(r"([-+]?)0(?:x([0-9a-fA-F_]+)|b([01_]+)|o?([0-7_]+))")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
#: Python reads no longer ones, and no parser of Kubernetes gives them as whole numbers.
_DIGITS: Final = 4000


def scalar(text: str) -> Any:
    """The value of a plain scalar: None, bool, int, float or str."""
    first = text[:1]
    if first in _FIRST_OF_WORDS and text in _WORDS:
        return _WORDS[text]
    if first in _FIRST_OF_NUMBERS and first:
        return _number(text)
    return text


def _number(text: str) -> Any:
    """The number that a text is, else the text."""
    if len(text) > _DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    if based := _BASED.fullmatch(text):
        return _based(text, based)
    return float(text) if _FLOAT.fullmatch(text) else text


def _based(text: str, match: re.Match[str]) -> Any:
    sign, *digits = match.groups()
    for base, found in zip((16, 2, 8), digits, strict=True):
        plain = (found or "").replace("_", "")
        if plain:
            return int(sign + plain, base)
    return text

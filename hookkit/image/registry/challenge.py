"""The header `WWW-Authenticate` becomes Challenges: how a registry wants to be shown who asks.

Source: RFC 9110, section 11.6.1; the distribution project's token authentication.
"""

import re
from dataclasses import dataclass
from typing import Final

_NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER: Final = re.compile(rf'({_NAME})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_NAME}))\s*(?:,|$)')
_SCHEME: Final = re.compile(rf"({_NAME})(?:\s+|,|$)")
_BETWEEN: Final = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class Challenge:
    """One way to be let in.

    Attributes:
        scheme: `bearer` or `basic`, or whatever else in lower case.
        realm: for `bearer` the address that gives tokens.
        service: the name that the registry goes by there.

    """

    scheme: str
    realm: str = ""
    service: str = ""


def read_challenges(header: str) -> tuple[Challenge, ...]:
    """All challenges of a header; what is not understood is passed over."""
    found: list[tuple[str, dict[str, str]]] = []
    at = _after_blanks(header, 0)
    while at < len(header):
        if found and (parameter := _PARAMETER.match(header, at)):
            name, quoted, plain = parameter.groups()
            found[-1][1].setdefault(name.lower(), plain or re.sub(r"\\(.)", r"\1", quoted or ""))
            at = parameter.end()
        elif scheme := _SCHEME.match(header, at):
            found.append((scheme[1].lower(), {}))
            at = scheme.end()
        else:
            at += 1
        at = _after_blanks(header, at)
    return tuple(Challenge(scheme, had.get("realm", ""), had.get("service", "")) for scheme, had in found)


def _after_blanks(header: str, at: int) -> int:
    blanks = _BETWEEN.match(header, at)
    return blanks.end() if blanks else at

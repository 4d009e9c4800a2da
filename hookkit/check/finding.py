"""A rule and what breaks it: a Fault says where in the data, a Finding says where in the file."""

from dataclasses import dataclass
from enum import StrEnum

#: The way to a value in a document: keys of mappings and indices of sequences, from the top.
DataPath = tuple[str | int, ...]


class Severity(StrEnum):
    """How bad a finding is: an error fails the check, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """What a check looks for.

    Attributes:
        code: its name in reports and in the reference, such as `PA103`: a family and a number.
        title: what must hold, in a few words.
        why: what happens where it does not, in a sentence or two, with its source.

    """

    code: str
    title: str
    why: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Fault:
    """A place in the data that breaks a rule: what is wrong there, and what to write instead.

    Attributes:
        path: the way to the value; where it leads to something missing, the last part of it that is there is meant.
        at: a piece of the text at `path` that is meant, such as one tag of a long script; "" for all of it.

    """

    rule: Rule
    path: DataPath
    what: str
    remedy: str
    at: str = ""


@dataclass(frozen=True)
class Place:
    """Where in a file something stands.

    Attributes:
        file: as the user named it.
        line, column: from 1; 0 where only the file is known.
        path: the way to it in the document, as `spec.templates[0].name`.

    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""


@dataclass(frozen=True)
class Finding:
    """A fault with its place in the file."""

    rule: Rule
    place: Place
    what: str
    remedy: str

    def __str__(self) -> str:
        """The finding on one line: `file:line:column: CODE severity path: what; remedy`."""
        place, rule = self.place, self.rule
        where = f"{place.file}:{place.line}:{place.column}" if place.line else place.file
        # A question that names what is meant is advice enough.
        advice = f"; {self.remedy}" if self.remedy and not self.what.endswith("?") else ""
        head = f"{rule.code} {rule.severity} {place.path}".rstrip()
        return " ".join(f"{where}: {head}: {self.what}{advice}".split())


def path_text(path: DataPath) -> str:
    """The way to a value as one reads it: `spec.templates[0].name`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")

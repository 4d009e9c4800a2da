"""Comments `# hookkit: ignore[FS101]` take findings away; those that take none are findings themselves."""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hookkit.check.finding import Finding, Place, Rule, Severity
from hookkit.datatypes import did_you_mean

UNUSED: Final = Rule(
    "IG101",
    "a comment that ignores a rule is needed",
    "What it once was for is mended; left there, it hides the next mistake.",
    Severity.WARNING,
)
UNKNOWN: Final = Rule("IG102", "a comment ignores a rule that there is", "It ignores nothing.", Severity.WARNING)
RULES: Final = (UNUSED, UNKNOWN)

_COMMENT: Final = re.compile(r"#\s*hookkit:\s*ignore\[(?P<codes>[^\]]*)\]")


@dataclass(frozen=True)
class Ignored:
    """A code that a comment names: where, and the line whose findings it is about."""

    place: Place
    code: str
    line: int


def read_ignored(file: str, lines: Sequence[str]) -> list[Ignored]:
    """The codes that the comments of a file name; one on a line of its own is about the next line of code."""
    comments = _python_comments(lines) if file.endswith(".py") else _comments(lines)
    found = []
    for number, column, text in comments:
        is_alone = lines[number - 1].lstrip().startswith("#")
        line = _next(lines, number) if is_alone else number
        for match in _COMMENT.finditer(text):
            codes = [one.strip() for one in match["codes"].split(",") if one.strip()]
            place = Place(file, number, column + match.start() + 1)
            found += [Ignored(place, code, line) for code in codes]
    return found


def _python_comments(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    if not any("hookkit:" in line for line in lines):
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            if token.type == tokenize.COMMENT:
                yield *token.start, token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _comments(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    for number, line in enumerate(lines, start=1):
        if match := _COMMENT.search(line):
            yield number, match.start(), line[match.start() :]


def _next(lines: Sequence[str], number: int) -> int:
    for after in range(number, len(lines)):
        line = lines[after].strip()
        if line and not line.startswith("#"):
            return after + 1
    return number


def without_ignored(
    findings: Iterable[Finding], texts: Mapping[str, Sequence[str]], rules: Iterable[Rule]
) -> Iterator[Finding]:
    """The findings that no comment is about, and one for each comment that is about none."""
    ignored = [one for file, lines in texts.items() for one in read_ignored(file, lines)]
    used: set[tuple[str, int, str]] = set()
    wanted = {(one.place.file, one.line, one.code) for one in ignored}
    for finding in findings:
        key = (finding.place.file, finding.place.line, finding.rule.code)
        if key in wanted:
            used.add(key)
        else:
            yield finding
    codes = [rule.code for rule in rules]
    for one in ignored:
        if one.code not in codes:
            hint = did_you_mean(one.code, codes)
            yield Finding(UNKNOWN, one.place, f"there is no rule {one.code!r}{hint}", "name a rule, or leave it out")
        elif (one.place.file, one.line, one.code) not in used:
            yield Finding(UNUSED, one.place, f"nothing here breaks {one.code}", "take the comment out")

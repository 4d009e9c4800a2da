"""Findings become what the terminal shows: by file, with a piece of the text; a line each when piped; or JSON."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from hookkit.check.finding import Finding, Severity

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}
#: Where texts begin on a terminal.
_INDENT: Final = 10


def print_findings(
    findings: Sequence[Finding], texts: Mapping[str, Sequence[str]], files: int, *, as_json: bool
) -> None:
    """Print findings on stdout, and on a terminal a summary on stderr.

    Args:
        texts: the lines of each file with findings, by its name; looked at on a terminal.
        files: how many were looked at.

    """
    if as_json:
        click.echo(json.dumps([finding_to_json(one) for one in findings], indent=2, ensure_ascii=False))
    elif sys.stdout.isatty():
        _print_groups(findings, texts)
    else:
        for finding in findings:
            click.echo(_printable(str(finding)).encode("utf-8", "replace"))
    if sys.stderr.isatty():
        from rich.console import Console

        Console(stderr=True, highlight=False).print(summary(findings, files), style=_summary_colour(findings))


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """A finding as JSON; line and column are null where only the file is known."""
    place = finding.place
    return {
        "file": place.file,
        "line": place.line or None,
        "column": place.column or None,
        "path": place.path,
        "code": finding.rule.code,
        "severity": str(finding.rule.severity),
        "what": finding.what,
        "remedy": finding.remedy,
    }


def is_failure(findings: Iterable[Finding]) -> bool:
    """Whether one of them is an error."""
    return any(one.rule.severity is Severity.ERROR for one in findings)


def summary(findings: Sequence[Finding], files: int) -> str:
    """How many of what: `2 errors and 1 warning in 3 files`."""
    errors = sum(one.rule.severity is Severity.ERROR for one in findings)
    warnings = len(findings) - errors
    counted = [_count(number, word) for number, word in ((errors, "error"), (warnings, "warning")) if number]
    return f"{' and '.join(counted) or 'nothing found'} in {_count(files, 'file')}"


def _summary_colour(findings: Sequence[Finding]) -> str:
    return "red" if is_failure(findings) else "yellow" if findings else "green"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


# ---------------------------------------------------------------- on a terminal


def _print_groups(findings: Sequence[Finding], texts: Mapping[str, Sequence[str]]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for file, group in groupby(findings, key=lambda one: one.place.file):
        lines = texts.get(file, ())
        console.print(Text(_printable(file), style="bold underline"), overflow="fold")
        for finding in group:
            _print_finding(console, finding, lines)
            console.print()


def _print_finding(console: "Console", finding: Finding, lines: Sequence[str]) -> None:
    """The headline, the line that is meant with a caret, and what to do; what is long goes on below itself."""
    from rich.padding import Padding
    from rich.text import Text

    place, rule = finding.place, finding.rule
    style = _STYLES[rule.severity]
    where = f"{place.line}:{place.column}" if place.line else "-"
    path = [(f"  {_printable(place.path)}", "cyan")] if place.path else []
    headline = Text.assemble((f"{rule.code} {rule.severity}", style), *path)
    _print_beside(console, Text(f"  {where:<{_INDENT - 2}}", "dim"), headline)
    console.print(Padding(Text(_printable(finding.what)), (0, 0, 0, _INDENT), expand=False))
    if 0 < place.line <= len(lines):
        for row in _excerpt(lines[place.line - 1], place.line, place.column, style, console.width):
            console.print(row, no_wrap=True, overflow="crop")
    if finding.remedy:
        _print_beside(console, Text(f"{'→ ':>{_INDENT + 2}}", "green"), Text(_printable(finding.remedy), "green"))


def _print_beside(console: "Console", left: "Text", right: "Text") -> None:
    """Print a text beside a short one that never breaks, and what doesn't fit below its own beginning."""
    from rich.table import Table

    row = Table.grid()
    row.add_column(width=left.cell_len, no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(left, right)
    console.print(row)


def _excerpt(line: str, number: int, column: int, style: str, width: int) -> "Iterator[Text]":
    """A line of the file, cut to what is around the column and fits, and a caret below it."""
    from rich.cells import cell_len, set_cell_size
    from rich.text import Text

    gutter = f"{number:>8} | "
    room = max(width - len(gutter), 1)
    shown = _printable(line.replace("\t", " "))
    start = _first_shown(shown, column - 1, room)
    piece = shown[start:]
    yield Text.assemble((gutter, "dim"), piece if cell_len(piece) <= room else set_cell_size(piece, room).rstrip())
    caret = " " * cell_len(shown[start : column - 1].ljust(column - 1 - start))
    yield Text.assemble((f"{'':>{len(gutter) - 3}} | ", "dim"), caret, ("^", style))


def _first_shown(line: str, at: int, room: int) -> int:
    """The character that an excerpt starts with, so that the one at `at` is in it."""
    from rich.cells import cell_len

    if cell_len(line) <= room:
        return 0
    start = at
    while start > 0 and cell_len(line[start - 1 : at]) <= room // 2:
        start -= 1
    return start


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "·" for one in text)

"""Findings become what the terminal shows: by file, with a piece of the text; a line each when piped; or JSON."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from hookkit.check.finding import Finding, Severity

if TYPE_CHECKING:
    from rich.text import Text

_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}
#: Characters of a line of the file that are shown.
_SHOWN_WIDTH: Final = 100


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
        click.echo(click.style(summary(findings, files), fg=_summary_colour(findings)), err=True)


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
        console.print(Text(_printable(file), style="bold underline"))
        for finding in group:
            for line in _paragraph(finding, lines):
                console.print(line, soft_wrap=True)
            console.print()


def _paragraph(finding: Finding, lines: Sequence[str]) -> "Iterator[Text]":
    """The headline, the line that is meant with a caret, and what to do."""
    from rich.text import Text

    place, rule = finding.place, finding.rule
    style = _STYLES[rule.severity]
    where = f"{place.line}:{place.column}" if place.line else "-"
    headline = [(f"  {where:<8}", "dim"), (f"{rule.code} {rule.severity}", style)]
    path = [(f"  {_printable(place.path)}", "cyan")] if place.path else []
    yield Text.assemble(*headline, *path)
    yield Text(f"          {_printable(finding.what)}")
    if 0 < place.line <= len(lines):
        yield from _excerpt(lines[place.line - 1], place.line, place.column, style)
    if finding.remedy:
        yield Text.assemble(("          = ", "dim"), (_printable(finding.remedy), "green"))


def _excerpt(line: str, number: int, column: int, style: str) -> "Iterator[Text]":
    """A line of the file, cut to what is around the column, and a caret below it."""
    from rich.text import Text

    start = max(0, column - 1 - _SHOWN_WIDTH // 2) if len(line) > _SHOWN_WIDTH else 0
    piece = _printable(line[start : start + _SHOWN_WIDTH].replace("\t", " "))
    gutter = f"{number:>8} | "
    yield Text.assemble((gutter, "dim"), piece)
    yield Text.assemble((f"{'':>8} | ", "dim"), " " * (column - 1 - start), ("^", style))


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "·" for one in text)

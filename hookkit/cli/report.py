"""A RunReport becomes what the terminal shows: what was refused, a tree of outputs, plain text when piped, or JSON."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import click

from hookkit.contract import ExitCode

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    from hookkit.report import Enforcement, OutputFile, RunReport, Violation

#: Files of one output, and violations, that are listed; the rest is counted.
_LISTED: Final = 50
_VIOLATIONS: Final = 20
#: Files of all outputs with which the JSON is one that people read.
_INDENTED: Final = 1000
#: What stands at the left of a violation on a terminal.
_BAR: Final = "  ┃ "


def print_report(report: "RunReport", folders: Mapping[str, Path], *, as_json: bool) -> None:
    """Print a report on stdout."""
    if as_json:
        click.echo(json_of(report))
    elif sys.stdout.isatty():
        _print_tree(report, folders)
    else:
        for line in _plain_lines(report, folders):
            click.echo(line)


def json_of(report: "RunReport") -> bytes:
    """The report as JSON in UTF-8; a byte of a file's name that is no UTF-8 stands as an escaped lone surrogate."""
    outputs = sum(map(len, report.outputs.values()))
    # Python's encoder that indents takes four times as long, and nobody reads so much of it.
    indent = 2 if outputs <= _INDENTED else None
    return json.dumps(report.to_json(), indent=indent, ensure_ascii=False).encode("utf-8", "backslashreplace")


def human_size(size: float) -> str:
    """Bytes in words, in powers of 1024: `12.3 MiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:  # noqa: PLR2004 - the unit's own
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def _headline(report: "RunReport") -> str:
    memory = f", {human_size(report.peak_memory_bytes)} of memory" if report.peak_memory_bytes else ""
    return (
        f"{report.hook}: {report.status} (exit code {report.exit_code}) after {report.duration_seconds:.2f} s"
        f"{memory}, engine {report.engine}"
    )


def _message(report: "RunReport") -> str:
    """The last words of the hook, where no violation says them, too."""
    said = any(report.message in one.what for one in report.violations[:_VIOLATIONS])
    return "" if said else report.message


def _plain_lines(report: "RunReport", folders: Mapping[str, Path]) -> Iterator[str]:
    yield _headline(report)
    if message := _message(report):
        yield f"  {message}"
    for violation in report.violations[:_VIOLATIONS]:
        yield f"  {violation.rule}: {_printable(str(violation))}"
        if violation.code:
            yield f"    {_printable(violation.code.strip())}"
    yield from (f"  {words}" for words in _violations_left(report))
    yield from (f"  {name} = {_value(value)}" for name, value in report.results.items())
    for name, files in report.outputs.items():
        yield f"{_printable(str(folders[name]))}: {_count(files)}"
        yield from (f"  {_printable(file.path)}  {human_size(file.size)}" for file in files[:_LISTED])
        if len(files) > _LISTED:
            yield f"  … and {len(files) - _LISTED:,} more"
    yield from _rule_lines(report).values()


def _value(value: Any) -> str:
    """A result as one reads it."""
    return _printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _count(files: "tuple[OutputFile, ...]") -> str:
    return f"{len(files):,} file{'' if len(files) == 1 else 's'}, {human_size(sum(file.size for file in files))}"


def _printable(text: str) -> str:
    """A file's name or a result on one line, whatever is in it."""
    whole = text.encode("utf-8", "replace").decode()
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in whole)


# ---------------------------------------------------------------- the rules


def _violations_left(report: "RunReport") -> Iterator[str]:
    """How many violations are not listed, if any."""
    if len(report.violations) > _VIOLATIONS:
        yield f"… and {len(report.violations) - _VIOLATIONS:,} more against the rules"


def _rule_lines(report: "RunReport") -> dict[str, str]:
    """What came of the rules, a line a state: those that hold are counted, the others named, with the reason."""
    enforced = sum(one.state == "enforced" for one in report.enforcement)
    lines = {"enforced": f"rules: {enforced} enforced"} if enforced else {}
    for state in ("lifted", "not enforced"):
        if found := [one for one in report.enforcement if one.state == state]:
            lines[state] = f"{state}: {_by_reason(found, len(report.enforcement))}"
    return lines


def _by_reason(rules: "list[Enforcement]", of: int) -> str:
    """`writes, reads (this kernel has no Landlock); network (…)`."""
    names: dict[str, list[str]] = {}
    for one in rules:
        names.setdefault(one.how, []).append(one.rule)
    return "; ".join(
        f"{', '.join(those) if len(those) < of else 'all rules'} ({_printable(how)})" for how, those in names.items()
    )


# ---------------------------------------------------------------- a terminal


def _print_tree(report: "RunReport", folders: Mapping[str, Path]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    good = report.exit_code == ExitCode.DONE
    console.print(Text(("✓ " if good else "✗ ") + _headline(report), style="green" if good else "red"))
    if message := _message(report):
        console.print(Text(f"  {message}", style="red"))
    for number, violation in enumerate(report.violations[:_VIOLATIONS]):
        if number:
            console.print()
        _print_block(console, _rows(violation))
    for words in _violations_left(report):
        console.print(Text(f"  {words}", style="red"))
    for name, value in report.results.items():
        console.print(Text.assemble("  ", (name, "bold"), f" = {_value(value)}"))
    for name, files in report.outputs.items():
        console.print(_tree(folders[name], files))
    for state, line in _rule_lines(report).items():
        console.print(Text(line, style="yellow" if state == "not enforced" else "dim"))


def _print_block(console: "Console", rows: "list[Text]") -> None:
    """Print rows behind a red bar, which goes on where one of them needs several lines."""
    from rich.console import Group
    from rich.segment import Segment, Segments
    from rich.style import Style

    bar = Segment(_BAR, Style(color="red"))
    width = console.options.update_width(max(console.width - len(_BAR), 1))
    for line in console.render_lines(Group(*rows), width, pad=False):
        console.print(Segments([bar, *line, Segment.line()]), soft_wrap=True)


def _rows(violation: "Violation") -> "list[Text]":
    """What, the author's line, what to write instead."""
    from rich.text import Text

    words = (violation.what, violation.line, violation.code.strip(), violation.remedy)
    what, line, code, remedy = map(_printable, words)
    rows = [Text.assemble((f"{violation.rule}: ", "bold red"), (what, "bold"))]
    rows += [Text(line, style="cyan")] if line else []
    rows += [Text(f"    {code}")] if code else []
    return [*rows, Text.assemble(("→ ", "green"), remedy)] if remedy else rows


def _tree(folder: Path, files: "tuple[OutputFile, ...]") -> "Tree":
    """The files of an output folder as a tree, with their sizes."""
    from rich.text import Text
    from rich.tree import Tree

    root = Tree(Text.assemble((_printable(str(folder)), "bold"), (f"  {_count(files)}", "dim")), guide_style="dim")
    branches = {PurePosixPath(): root}
    for file in files[:_LISTED]:
        path = PurePosixPath(file.path)
        for parent in reversed(path.parents):
            if parent not in branches:
                branches[parent] = branches[parent.parent].add(Text(_printable(parent.name)))
        branches[path.parent].add(Text.assemble(_printable(path.name), (f"  {human_size(file.size)}", "dim")))
    if len(files) > _LISTED:
        root.add(Text(f"… and {len(files) - _LISTED:,} more", style="dim"))
    return root

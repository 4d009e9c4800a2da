"""A RunReport becomes what the terminal shows: a line and a tree of outputs, plain text when piped, or JSON."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import click

from hookkit.contract import ExitCode

if TYPE_CHECKING:
    from rich.tree import Tree

    from hookkit.report import OutputFile, RunReport

#: Files of one output that are listed; the rest is counted.
_LISTED: Final = 50


def print_report(report: "RunReport", folders: Mapping[str, Path], *, as_json: bool) -> None:
    """Print a report on stdout."""
    if as_json:
        click.echo(_json_bytes(report))
    elif sys.stdout.isatty():
        _print_tree(report, folders)
    else:
        for line in _plain_lines(report, folders):
            click.echo(line)


def _json_bytes(report: "RunReport") -> bytes:
    """The report as JSON in UTF-8; a byte of a file's name that is no UTF-8 stands as an escaped lone surrogate."""
    return json.dumps(report.to_json(), indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace")


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


def _plain_lines(report: "RunReport", folders: Mapping[str, Path]) -> Iterator[str]:
    yield _headline(report)
    if report.message:
        yield f"  {report.message}"
    yield from (f"  {name} = {_value(value)}" for name, value in report.results.items())
    for name, files in report.outputs.items():
        yield f"{_printable(str(folders[name]))}: {_count(files)}"
        yield from (f"  {_printable(file.path)}  {human_size(file.size)}" for file in files[:_LISTED])
        if len(files) > _LISTED:
            yield f"  … and {len(files) - _LISTED:,} more"


def _value(value: Any) -> str:
    """A result as one reads it."""
    return _printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _count(files: "tuple[OutputFile, ...]") -> str:
    return f"{len(files):,} file{'' if len(files) == 1 else 's'}, {human_size(sum(file.size for file in files))}"


def _printable(text: str) -> str:
    """A file's name or a result on one line, whatever is in it."""
    whole = text.encode("utf-8", "replace").decode()
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in whole)


def _print_tree(report: "RunReport", folders: Mapping[str, Path]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    good = report.exit_code == ExitCode.DONE
    console.print(Text(("✓ " if good else "✗ ") + _headline(report), style="green" if good else "red"))
    if report.message:
        console.print(Text(f"  {report.message}", style="red"))
    for name, value in report.results.items():
        console.print(Text.assemble("  ", (name, "bold"), f" = {_value(value)}"))
    for name, files in report.outputs.items():
        console.print(_tree(folders[name], files))


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

"""`hookkit doctor`: what this machine offers to hooks, and what to do about what is missing."""

import json
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Final

import click

from hookkit.contract import ExitCode

if TYPE_CHECKING:
    from rich.table import Table

    from hookkit.check.doctor.examination import Examination
    from hookkit.check.doctor.fact import Fact
    from hookkit.check.doctor.ways import Ways

#: By a fact's state: its sign and its colour.
_SIGNS: Final = {
    "ok": ("✓", "green"),
    "limited": ("!", "yellow"),
    "missing": ("✗", "yellow"),
    "unknown": ("?", "magenta"),
}


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(*, as_json: bool) -> None:
    """Look at what this machine offers, and say what to do about what is missing.

    Nothing is changed, and nobody but this machine's container engine is asked. The exit code is 1 where hooks can't
    be run here or images can't be built.
    """
    from hookkit.check.doctor.desk import Desk
    from hookkit.check.doctor.examination import examine

    examination = examine(Desk.here())
    if as_json:
        click.echo(json.dumps(examination.to_json(), indent=2, ensure_ascii=False))
    elif sys.stdout.isatty():
        _print_groups(examination)
    else:
        _print_lines(examination)
    sys.exit(ExitCode.DONE if examination.is_fit else ExitCode.HOOK_FAILED)


def _print_lines(examination: "Examination") -> None:
    for fact in examination.facts:
        click.echo(_printable(str(fact)))
    if examination.ways.barred:
        click.echo(f"to be mended first: {', '.join(examination.ways.barred)}")
    click.echo(str(examination.ways))


def _printable(text: str) -> str:
    """A file's name or a program's words, whatever is in them."""
    whole = text.encode("utf-8", "replace").decode()
    return "".join(one if one.isprintable() else "·" for one in whole)


# ---------------------------------------------------------------- on a terminal


def _print_groups(examination: "Examination") -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    width = max(len(fact.topic.name) for fact in examination.facts)
    for group, facts in groupby(examination.facts, key=lambda one: one.topic.group):
        console.print(Text(group, style="bold"))
        for fact in facts:
            console.print(_row(fact, width))
            if fact.remedy:
                remedy = Text.assemble(("→ ", "dim"), (_printable(fact.remedy), "cyan"))
                console.print(Padding(remedy, (0, 0, 0, width + 5)))
        console.print()
    console.print(_summary(examination.ways))


def _row(fact: "Fact", width: int) -> "Table":
    """A fact: its sign, its name, what was found, and what that is needed for."""
    from rich.table import Table
    from rich.text import Text

    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(width=3, justify="right")
    row.add_column(width=width)
    row.add_column(ratio=3, overflow="fold")
    row.add_column(ratio=2, overflow="fold")
    sign, colour = _look(fact)
    found = Text(f"{_printable(fact.found)} ", "" if fact.state == "ok" else colour)
    row.add_row(Text.assemble((sign, colour)), Text(fact.topic.name), found, Text(fact.topic.needed_for, "dim"))
    return row


def _look(fact: "Fact") -> tuple[str, str]:
    """The sign and the colour of a fact: red is kept for what bars the road."""
    from hookkit.check.doctor.examination import is_bar

    sign, colour = _SIGNS[fact.state]
    return sign, "red" if is_bar(fact) else colour


def _summary(ways: "Ways") -> "Table":
    """Which ways are open, one below the other."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_row(Text("hooks run as", "bold"), Text("\n".join(ways.run) or "nothing", "green" if ways.run else "red"))
    built = Text("\n".join(ways.build) or "nothing", "green" if ways.build else "red")
    table.add_row(Text("images are built by", "bold"), built)
    if ways.barred:
        table.add_row(Text("to be mended first", "bold"), Text("\n".join(ways.barred), "red"))
    return table

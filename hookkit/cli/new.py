"""`hookkit new`: a template becomes a project of the author's own."""

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookkit.errors import Problem, ScaffoldError, shown

if TYPE_CHECKING:
    from hookkit.scaffold import CreatedProject, Template


def _parse_answers(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """`key=value` texts -> answers."""
    wrong = [text for text in texts if "=" not in text or text.startswith("=")]
    if wrong:
        raise ScaffoldError(*(Problem(f"--data {shown(text)}", "is not KEY=VALUE") for text in wrong))
    return dict(text.split("=", maxsplit=1) for text in texts)


@click.command(name="new")
@click.argument("template", required=False)
@click.argument("dest", required=False, type=click.Path(path_type=Path))
@click.option("--list", "list_them", is_flag=True, help="List the templates and stop.")
@click.option("--defaults", is_flag=True, help="Ask nothing: take the defaults.")
@click.option(
    "--data",
    "answers",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_parse_answers,
    help="Answer a question beforehand.",
)
@click.option(
    "--force", is_flag=True, help="Write into DEST though it is not empty; files of the same names are replaced."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(  # noqa: PLR0913 - a parameter a flag
    *,
    template: str | None,
    dest: Path | None,
    list_them: bool,
    defaults: bool,
    answers: dict[str, str],
    force: bool,
    as_json: bool,
) -> None:
    """Make a project from TEMPLATE in the folder DEST.

    DEST is by default a folder here, named after the template. What --data and --defaults leave open is asked on the
    terminal.
    """
    from hookkit.scaffold import NewProject, create_project, list_templates

    if list_them:
        _print_templates(list_templates(), as_json=as_json)
        return
    request = NewProject(
        template=template,
        destination=dest,
        answers=answers,
        defaults=defaults,
        interactive=sys.stdin.isatty() and sys.stdout.isatty(),
        force=force,
    )
    try:
        created = create_project(request)
    except KeyboardInterrupt:
        click.echo("Stopped; nothing was written.", err=True)
        raise
    _print_created(created, as_json=as_json)


# ---------------------------------------------------------------- printing


def _print_templates(templates: "tuple[Template, ...]", *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([vars(template) for template in templates], indent=2))
    elif sys.stdout.isatty():
        _print_table(templates)
    else:
        for template in templates:
            click.echo(f"{template.name}\t{template.summary}")


def _print_table(templates: "tuple[Template, ...]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("template", "what it is", box=None, header_style="bold")
    for template in templates:
        table.add_row(template.name, template.summary)
    Console().print(table)


def _print_created(created: "CreatedProject", *, as_json: bool) -> None:
    if not created.requirement:
        remedy = "add it to the group dev of pyproject.toml"
        click.echo(Problem("hookkit", "where it was installed from is not on record", remedy), err=True)
    if as_json:
        click.echo(json.dumps(_to_json(created), indent=2))
    elif sys.stdout.isatty():
        _print_colourful(created)
    else:
        click.echo(f"Created {created.folder} from {created.template}. Next:")
        for line in _next_commands(created):
            click.echo(f"  {line}")


def _print_colourful(created: "CreatedProject") -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    console.print(Text.assemble("Created ", (str(created.folder), "bold green"), f" from {created.template}. Next:"))
    for line in _next_commands(created):
        console.print(Text(f"  {line}", style="cyan"))


def _next_commands(created: "CreatedProject") -> tuple[str, ...]:
    """What to type from here."""
    here = created.folder.resolve() == Path.cwd()
    return (
        *(() if here else (f"cd {shlex.quote(str(created.folder))}",)),
        "hookkit run --input data/input_file_location --output out",
        "hookkit build",
    )


def _to_json(created: "CreatedProject") -> dict[str, object]:
    return {
        "folder": str(created.folder.absolute()),
        "name": created.name,
        "template": created.template,
        "hookkit": created.requirement,
        "files": [str(file) for file in created.files],
        "next": list(_next_commands(created)),
    }

"""`hookkit manifest`: the three descriptions of a hook, without building its image."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hookkit.cli.target import load_target, parse_image, relative_to_here, target_argument
from hookkit.contract import ExitCode
from hookkit.errors import Problem, ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hookkit.manifest import Manifest
    from hookkit.project import Project
    from hookkit.reference import ImageReference
    from hookkit.settings import Settings
    from hookkit.spec import HookSpec

_STAGINGS: Final = ("artifacts", "volume")  # of hookkit.argo, which takes its time to import
#: As `diff` ends where two files differ.
_DIFFERENT: Final = 1
_COLOURS: Final = {"+": "green", "-": "red", "@": "cyan"}


@click.command(name="manifest")
@target_argument
@click.option(
    "--image", metavar="REFERENCE", help="Image of the hook; default: the one that `hookkit build` made last."
)
@click.option(
    "--staging",
    type=click.Choice(_STAGINGS),
    help="How data comes in and goes out: through Argo's artifact repository, or in a volume that pods share;"
    " default: the settings'.",
)
@click.option("--stdout", is_flag=True, help="Print the WorkflowTemplate alone, and write nothing.")
@click.option(
    "--diff",
    "before",
    metavar="FILE",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Print what would change in the WorkflowTemplate of a file (- for standard input), and write nothing;"
    " exit code 1 where it differs.",
)
def command(
    target: str | None, *, image: str | None, staging: str | None, stdout: bool, before: Path | None
) -> int | None:
    """Write WorkflowTemplate, platform descriptor and JSON Schema into dist/."""
    from hookkit.cache import Cache
    from hookkit.cli.descriptions import checked_descriptions
    from hookkit.dist import write_texts
    from hookkit.manifest import render_workflow_template, yaml_text

    if stdout and before:
        raise click.UsageError("--stdout and --diff print different things; leave one of them out.")
    named = parse_image(image, "--image") if image else None
    project, spec = load_target(target)
    reference, settings = named or _last_image(project, spec), _settings(project, staging)
    if before:
        return _print_difference(before, render_workflow_template(spec, reference, settings.argo))
    if stdout:
        click.echo(yaml_text(render_workflow_template(spec, reference, settings.argo)), nl=False)
        return None
    for file in write_texts(project.dist, checked_descriptions(spec, reference, settings, Cache.of_user())):
        click.echo(relative_to_here(file))
    return None


def _last_image(project: "Project", spec: "HookSpec") -> "ImageReference":
    from hookkit.dist import read_record
    from hookkit.image.plan import default_reference

    record = read_record(project)
    return record.reference if record else default_reference(spec)


def _settings(project: "Project", staging: str | None) -> "Settings":
    """The project's settings, with the staging that was asked for."""
    settings = project.settings
    return replace(settings, argo_table=settings.argo_table | {"staging": staging}) if staging else settings


# ---------------------------------------------------------------- the difference


def _print_difference(file: Path, now: "Manifest") -> int:
    """Print how a file differs from what would be written now; the exit code says whether it does."""
    from hookkit.manifest.difference import difference

    lines = difference(_read_template(file, now["metadata"]["name"]), now, (str(file), "as it would be written now"))
    for line in lines:
        click.echo(click.style(line, fg=_COLOURS.get(line[0]), bold=line.startswith(("---", "+++")) or None))
    if not lines:
        click.echo(f"{file}: the same as it would be written now")
    return _DIFFERENT if lines else ExitCode.DONE


def _read_template(file: Path, name: str) -> "Manifest":
    """The WorkflowTemplate of a file: the only one, or the one of this name.

    Raises:
        ProjectError: the file can't be read, is no YAML, or holds no such thing.

    """
    documents = list(_read_documents(file))
    templates = [one for one in documents if one.get("kind") == "WorkflowTemplate"]
    named = [one for one in templates if isinstance(one.get("metadata"), dict) and one["metadata"].get("name") == name]
    found = named if len(templates) > 1 else templates
    if len(found) == 1:
        return found[0]
    several = f"{len(templates)} WorkflowTemplates, {len(named) or 'none'} of them named {name}"
    what = f"holds {several if templates else 'no WorkflowTemplate'}"
    raise ProjectError(Problem(str(file), what, f"name a file that holds the one of {name}"))


def _read_documents(file: Path) -> "Iterator[Manifest]":
    """The mappings among a file's documents.

    Raises:
        ProjectError: it can't be read, or a document of it is wrong.

    """
    from hookkit.check.manifest.files import read_sources
    from hookkit.check.manifest.reading import Complaint, read_documents

    try:
        [source] = read_sources([file])
        for document in read_documents(source.content):
            if document.complaints:
                raise document.complaints[0]
            if isinstance(document.data, dict):
                yield document.data
    except Complaint as complaint:
        where = str(file) if complaint.line < 0 else f"{file}:{complaint.line + 1}"
        raise ProjectError(Problem(where, complaint.what, complaint.remedy)) from None
    except OSError as error:
        raise ProjectError(Problem(str(file), f"can't be read: {error.strerror}", "name a file that exists")) from None

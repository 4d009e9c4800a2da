"""`hookkit manifest`: the three descriptions of a hook, without building its image."""

from pathlib import Path

import click

from hookkit.cli.target import load_target, target_argument
from hookkit.errors import Problem, ProjectError
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec


@click.command(name="manifest")
@target_argument
@click.option(
    "--image", metavar="REFERENCE", help="Image of the hook; default: the one that `hookkit build` made last."
)
@click.option("--stdout", is_flag=True, help="Print the WorkflowTemplate alone, and write nothing.")
def command(target: str | None, *, image: str | None, stdout: bool) -> None:
    """Write WorkflowTemplate, platform descriptor and JSON Schema into dist/."""
    from hookkit.dist import read_record, write_texts
    from hookkit.manifest import render_descriptions, render_workflow_template, yaml_text

    project, spec = load_target(target)
    record = read_record(project)
    reference = parse_image(image) if image else record.reference if record else default_reference(spec)
    if stdout:
        click.echo(yaml_text(render_workflow_template(spec, reference)), nl=False)
        return
    for file in write_texts(project.dist, render_descriptions(spec, reference)):
        click.echo(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)


def parse_image(text: str) -> ImageReference:
    """An image's name from the command line.

    Raises:
        ProjectError: it is none.

    """
    try:
        return ImageReference.parse(text)
    except ValueError as error:
        raise ProjectError(Problem("--image", str(error))) from None


def default_reference(spec: HookSpec) -> ImageReference:
    """The name of an image that nobody named: the hook's name and version."""
    return ImageReference(repository=spec.kubernetes_name, tag=spec.version)

"""`hookkit manifest`: the three descriptions of a hook, without building its image."""

import click

from hookkit.cli.target import load_target, parse_image, relative_to_here, target_argument


@click.command(name="manifest")
@target_argument
@click.option(
    "--image", metavar="REFERENCE", help="Image of the hook; default: the one that `hookkit build` made last."
)
@click.option("--stdout", is_flag=True, help="Print the WorkflowTemplate alone, and write nothing.")
def command(target: str | None, *, image: str | None, stdout: bool) -> None:
    """Write WorkflowTemplate, platform descriptor and JSON Schema into dist/."""
    from hookkit.dist import read_record, write_texts
    from hookkit.image.plan import default_reference
    from hookkit.manifest import render_descriptions, render_workflow_template, yaml_text

    project, spec = load_target(target)
    record = read_record(project)
    reference = parse_image(image, "--image") if image else record.reference if record else default_reference(spec)
    if stdout:
        click.echo(yaml_text(render_workflow_template(spec, reference)), nl=False)
        return
    for file in write_texts(project.dist, render_descriptions(spec, reference)):
        click.echo(relative_to_here(file))

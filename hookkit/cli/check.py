"""`hookkit check manifest`: what is wrong in manifests, all at once, before anyone submits them."""

import sys
from pathlib import Path
from typing import Final

import click

from hookkit.contract import ExitCode

#: As hookkit.argo has them, whose import would cost pydantic; a test holds them together.
ARGO_VERSIONS: Final = ("3.5", "3.6", "3.7", "4.0", "4.1")


@click.group(name="check")
def command() -> None:
    """Find what is wrong in manifests, before anyone submits them."""


@command.command(name="manifest")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True), metavar="FILE...")
@click.option(
    "--argo-version",
    type=click.Choice(ARGO_VERSIONS),
    help="The Argo Workflows that is to run them; default: what all of these accept.",
)
@click.option("--argo", is_flag=True, help="Ask the `argo` of this machine, too: its own lint, offline.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a list of JSON objects.")
def manifest(files: tuple[Path, ...], *, argo_version: str | None, argo: bool, as_json: bool) -> None:
    """Check Workflows, WorkflowTemplates, CronWorkflows and ClusterWorkflowTemplates.

    A folder stands for its .yaml, .yml and .json files; - for standard input. The exit code is 1 where there is an
    error; warnings alone leave it 0.
    """
    from hookkit.check.manifest.checking import check_source, without_bystanders
    from hookkit.check.manifest.files import find_manifests, read_sources
    from hookkit.cli.findings import is_failure, print_findings

    found = find_manifests(files)
    findings = []
    texts = {}
    for source in read_sources(found):
        of_source = check_source(source, argo_version)
        findings += of_source
        if of_source and sys.stdout.isatty():
            texts[source.file] = source.lines
    findings = without_bystanders(findings, {str(file) for file in files} | {"<stdin>"}, len(found))
    if argo:
        from hookkit.check.manifest.argo import ask_argo

        findings += ask_argo([file for file in found if str(file) != "-"])
        order = {str(file): number for number, file in enumerate(found)}
        findings.sort(key=lambda one: order.get(one.place.file, 0))
    print_findings(findings, texts, len(found), as_json=as_json)
    if is_failure(findings):
        sys.exit(ExitCode.HOOK_FAILED)

"""`hookkit check`: what is wrong in a project, or in manifests, all at once, before anything runs."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from hookkit.contract import ExitCode

#: As hookkit.argo has them, whose import would cost pydantic; a test holds them together.
ARGO_VERSIONS: Final = ("3.5", "3.6", "3.7", "4.0", "4.1")
_AFTER: Final = "hookkit.after"


class _CheckCommand(click.Command):
    """Checks a project; `manifest` is a command of its own. What stands after `--` is the hook's."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if args[:1] == ["manifest"]:
            return manifest.make_context(f"{info_name} manifest", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.meta[_AFTER] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- HOOK OPTION...]"]


@click.command(
    name="check",
    cls=_CheckCommand,
    epilog="Manifests of Argo Workflows, anyone's: hookkit check manifest FILE...",
)
@click.argument("target", required=False, metavar="[MODULE:FUNCTION]")
@click.option(
    "--contract",
    is_flag=True,
    help="Run the hook as well, through a battery of trials under the platform's rules.",
)
@click.option(
    "--engine",
    type=click.Choice(["process", "container"]),
    default="process",
    show_default=True,
    help="What runs the hook with --contract.",
)
@click.option("--image", metavar="REFERENCE", help="Image for the container; default: what `hookkit build` made last.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a list of JSON objects.")
@click.pass_context
def command(  # noqa: PLR0913 - a parameter a flag
    ctx: click.Context, target: str | None, *, contract: bool, engine: str, image: str | None, as_json: bool
) -> None:
    """Find what is wrong in a project before it runs, or in manifests.

    The code is read, and not imported where that can be helped: no library of the hook's has to be here. With
    --contract, what stands after -- goes to the hook: the input to try it with, and its options. The exit code is 1
    where there is an error; warnings alone leave it 0.
    """
    after: list[str] = ctx.meta[_AFTER]
    if (after or engine == "container" or image is not None) and not contract:
        what = after[0] if after else "--image" if image is not None else "--engine"
        raise click.UsageError(f"{what}: counts with --contract alone", ctx)
    if contract:
        _try_out(target, after, engine, image, as_json=as_json)
    else:
        _check_project(target, as_json=as_json)


def _check_project(target: str | None, *, as_json: bool) -> None:
    from hookkit.cache import Cache
    from hookkit.check.project.checking import check_project
    from hookkit.cli.findings import is_failure, print_findings
    from hookkit.cli.target import project_here

    checked = check_project(project_here(target), target, Path.cwd(), Cache.of_user())
    print_findings(checked.findings, checked.texts, len(checked.texts), as_json=as_json)
    if is_failure(checked.findings):
        sys.exit(ExitCode.HOOK_FAILED)


def _try_out(target: str | None, arguments: list[str], engine: str, image: str | None, *, as_json: bool) -> None:
    from hookkit.check.contract.place import ProcessPlace
    from hookkit.cli.battery import container_place, run_contract
    from hookkit.cli.target import load_target

    project, spec = load_target(target)
    place = container_place(project, image) if engine == "container" else ProcessPlace()
    if not run_contract(project, spec, arguments, place, as_json=as_json):
        sys.exit(ExitCode.HOOK_FAILED)


@click.command(name="manifest")
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

"""`hookkit build`: the image, by an engine or by hookkit itself, and the descriptions into dist/."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import click

from hookkit.cli.progress import progress_bar
from hookkit.cli.report import human_size
from hookkit.cli.target import find_target, parse_image, parse_place, parse_platforms, relative_to_here, target_argument
from hookkit.errors import Problem, ProjectError
from hookkit.reference import is_tag

if TYPE_CHECKING:
    from hookkit.cache import Cache
    from hookkit.dist import BuildRecord
    from hookkit.image.build import Build, BuildPlan, BuildResult
    from hookkit.image.plan import ImagePlan
    from hookkit.project import Project
    from hookkit.reference import ImageReference

_BAR: Final = 30
_PLACES: Final = "oci:DIR|tar:FILE|docker:|REGISTRY/REPO[:TAG]"


@click.command(name="build")
@target_argument
@click.option(
    "--builder",
    type=click.Choice(["docker", "oci"]),
    help="An engine, or hookkit itself; default: the engine where one answers.",
)
@click.option("--base-image", metavar="IMAGE", help="What to build on: a name, oci:DIR, tar:FILE, docker:NAME or apt:.")
@click.option("--output", "outputs", metavar=_PLACES, multiple=True, help="Where the image goes; several may be given.")
@click.option("--push", "pushes", metavar="REGISTRY/REPO[:TAG]", multiple=True, help="The same, for a registry.")
@click.option("--platform", "platforms", metavar="OS/ARCH", multiple=True, help="linux/amd64, linux/arm64, or both.")
@click.option("--tag", help="Tag of the image; default: the hook's version and digits of the image's contents.")
@click.option("--no-bytecode", is_flag=True, help="Leave out what Python compiles: a smaller image, a slower start.")
@click.option("--no-cache", is_flag=True, help="Take nothing from an earlier build.")
@click.option("--locked", is_flag=True, help="Fail where hookkit.lock does not hold all that is needed.")
@click.option("--dry-run", is_flag=True, help="Print what would be built, and stop.")
@click.option("--eject", is_flag=True, help="Write the Dockerfile into the project, to be owned there, and stop.")
@click.option("--force", is_flag=True, help="With --eject: write over the Dockerfile that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the record of the build as JSON.")
def command(  # noqa: PLR0913 - a parameter a flag
    target: str | None,
    *,
    builder: str | None,
    base_image: str | None,
    outputs: tuple[str, ...],
    pushes: tuple[str, ...],
    platforms: tuple[str, ...],
    tag: str | None,
    no_bytecode: bool,
    no_cache: bool,
    locked: bool,
    dry_run: bool,
    eject: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Make the hook's image, and write its descriptions into dist/.

    With a Docker engine it is built there; without one hookkit builds by itself, and writes a folder of OCI's image
    layout. A Dockerfile in the project is used instead of hookkit's own.
    """
    from hookkit.image.build import Build, BuildOrder

    with _cache(fresh=no_cache) as cache:
        project, spec = find_target(target, cache)
        places = (*(parse_place(one, "--output") for one in outputs), *(parse_place(one, "--push") for one in pushes))
        order = BuildOrder(
            builder=builder or "",
            base=parse_place(base_image, "--base-image") if base_image is not None else None,
            platforms=parse_platforms(platforms),
            outputs=places,
            tag=_tag(tag) if tag is not None else "",
            bytecode=not no_bytecode,
            use_cache=not no_cache,
            locked=locked,
        )
        build = Build(project, spec, order, cache)
        if eject:
            click.echo(relative_to_here(_eject(build, force=force)))
        elif dry_run:
            _print_plan(build.plan(), as_json=as_json)
        else:
            _report(_run(build), build, as_json=as_json)


def built_image(project: "Project", image: str | None) -> "ImageReference":
    """The image that was named, or that was built last.

    Raises:
        ProjectError: the name is none, or nothing was built.

    """
    from hookkit.dist import read_record

    if image is not None:
        return parse_image(image, "--image")
    record = read_record(project)
    if record is None:
        raise ProjectError(
            Problem(str(project.dist), "holds no record of an image", "run `hookkit build`, or name an --image")
        )
    return record.reference


@contextmanager
def _cache(*, fresh: bool) -> Iterator["Cache"]:
    """The user's cache, or one for this build alone."""
    from hookkit.cache import Cache

    if not fresh:
        yield Cache.of_user()
        return
    with TemporaryDirectory(prefix="hookkit-") as folder:
        yield Cache(Path(folder))


def _tag(text: str) -> str:
    if not is_tag(text):
        remedy = "write letters, digits, `_`, `.` and `-`, at most 128"
        raise ProjectError(Problem("--tag", f"{text!r} is no tag of an image", remedy))
    return text


# ---------------------------------------------------------------- steps


def _eject(build: "Build", *, force: bool) -> Path:
    from hookkit.image.docker.dockerfile import eject

    return eject(build.project, build.draft(), force=force)


def _run(build: "Build") -> "BuildResult":
    from dataclasses import replace

    from hookkit.dist import check_dist

    check_dist(build.project)
    with progress_bar(f"building {build.spec.kubernetes_name}") as watch:
        watched = replace(build, watch=watch)
        plan = watched.plan()
        for one in plan.prepared.left_out:
            if one.reason != "not code":  # that there is other than code in a project is no news
                click.echo(one, err=True)
        return watched.run(plan)


def _report(result: "BuildResult", build: "Build", *, as_json: bool) -> None:
    from hookkit.cli.descriptions import bill_of_materials, checked_descriptions
    from hookkit.dist import write_record, write_texts
    from hookkit.image.record import record_of

    record = record_of(result)
    texts = checked_descriptions(build.spec, record.reference, build.project.settings, build.cache)
    texts |= bill_of_materials(build.spec, result.components, build.cache)
    files = [*write_texts(build.project.dist, texts), write_record(build.project, record)]
    if as_json:
        click.echo(json.dumps(asdict(record), indent=2, ensure_ascii=False))
    else:
        _print_summary(record, files)
    if not record.digest:
        remedy = "build with --output REGISTRY/REPO, and it is named by its digest"
        click.echo(Problem(record.image, "is on this machine alone: a cluster can't pull it yet", remedy), err=True)


# ---------------------------------------------------------------- printing


def _print_summary(record: "BuildRecord", files: list[Path]) -> None:
    seconds = sum(record.durations_seconds.values())
    size = f"{human_size(record.size_bytes)}{' each' if len(record.platforms) > 1 else ''}"
    line = f"{record.image}: {size}, on {record.base_image}, in {seconds:.1f} s"
    if not sys.stdout.isatty():
        click.echo(line)
    else:
        click.secho(f"✓ {line}", fg="green")
        _print_sizes(record)
    for place in record.outputs:
        click.echo(f"  {_place_to_here(place)}")
    for file in files:
        click.echo(f"  {relative_to_here(file)}")


def _place_to_here(place: str) -> str:
    """Where an image went, as one types it from here."""
    transport, colon, name = place.partition(":")
    return f"{transport}:{relative_to_here(Path(name))}" if colon and transport in {"oci", "tar"} else place


def _print_sizes(record: "BuildRecord") -> None:
    """A bar for each layer, and the largest packages: where the bytes are."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    for title, sizes in (
        ("layer, as stored", record.layers),
        ("largest packages (.debs: compressed)", record.packages),
    ):
        if sizes:
            table = Table(title, "size", "", box=None, pad_edge=False, header_style="dim")
            table.columns[1].justify = "right"
            largest = max(size for _, size in sizes) or 1
            for name, size in sizes:
                bar = "━" * round(_BAR * size / largest)
                table.add_row(escape(name), human_size(size), f"[cyan]{bar}[/cyan]")
            Console().print(table)


def _print_plan(plan: "BuildPlan", *, as_json: bool) -> None:
    described = [_plan_json(plan, one) for one in plan.plans]
    if as_json:
        click.echo(json.dumps(described if len(described) > 1 else described[0], indent=2, ensure_ascii=False))
        return
    for one in described:
        width = max(len(name) for name in one)
        for name, value in one.items():
            for number, line in enumerate(value if isinstance(value, list) else [value]):
                click.echo(f"{'' if number else name:<{width}}  {line}")


def _plan_json(plan: "BuildPlan", one: "ImagePlan") -> dict[str, str | list[str]]:
    """What a person or a program wants to know of a plan, before anything is done."""
    return {
        "image": str(plan.reference),
        "builder": plan.builder,
        "platform": str(one.platform),
        "base": str(one.base),
        "packages": [str(package) for package in one.base.packages],
        "python": one.python,
        "dependencies": [line.partition(" --hash=")[0] for line in one.dependencies.requirements.splitlines()],
        "code": [file.path for file in one.code],
        "bytecode": plan.interpreter.version if plan.interpreter else "none",
        "user": one.user,
        "command": list(one.entrypoint),
        "environment": [f"{name}={value}" for name, value in one.environment.items()],
        "outputs": [str(place) for place in plan.outputs],
    }

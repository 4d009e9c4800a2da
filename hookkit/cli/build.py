"""`hookkit build`: the image through the Docker engine, and the descriptions into dist/."""

import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookkit.cli.progress import progress_bar
from hookkit.cli.report import human_size
from hookkit.cli.target import load_target, parse_image, relative_to_here, target_argument
from hookkit.dist import BuildRecord, read_record, write_record, write_texts
from hookkit.errors import Problem, ProjectError
from hookkit.project import Project, python_minor
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from docker import DockerClient

    from hookkit.image.builder import BuiltImage, Duration
    from hookkit.image.plan import ImageRequest


@click.command(name="build")
@target_argument
@click.option("--base-image", metavar="REFERENCE", help="What to build on; default: the settings', else python:…-slim.")
@click.option("--push", metavar="REGISTRY/REPO[:TAG]", help="Push the image; the WorkflowTemplate then has its digest.")
@click.option("--no-cache", is_flag=True, help="Take no step of the build from an earlier one.")
@click.option("--eject", is_flag=True, help="Write the Dockerfile into the project, to be owned there, and stop.")
@click.option("--force", is_flag=True, help="With --eject: write over the Dockerfile that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the record of the build as JSON.")
def command(  # noqa: PLR0913 - a parameter a flag
    target: str | None,
    *,
    base_image: str | None,
    push: str | None,
    no_cache: bool,
    eject: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Make the hook's image in the Docker engine, and write its descriptions into dist/.

    A Dockerfile in the project is used instead of hookkit's own.
    """
    base = parse_image(base_image, "--base-image") if base_image else None
    destination = parse_image(push, "--push") if push else None
    project, spec = load_target(target)
    if eject:
        click.echo(relative_to_here(_eject(project, spec, base, force=force)))
        return
    record = _build(project, spec, base, destination, use_cache=not no_cache)
    files = [*_describe(project, spec, record), write_record(project, record)]
    if as_json:
        click.echo(json.dumps(asdict(record), indent=2, ensure_ascii=False))
    else:
        _print_summary(record, files)
    if not record.digest:
        remedy = "build with --push REGISTRY/REPO, and it is named by its digest"
        click.echo(
            Problem(record.image, "is in this machine's engine alone: a cluster can't pull it yet", remedy), err=True
        )


def built_image(project: Project, image: str | None) -> ImageReference:
    """The image that was named, or that was built last.

    Raises:
        ProjectError: the name is none, or nothing was built.

    """
    if image is not None:
        return parse_image(image, "--image")
    record = read_record(project)
    if record is None:
        raise ProjectError(
            Problem(str(project.dist), "holds no record of an image", "run `hookkit build`, or name an --image")
        )
    return record.reference


# ---------------------------------------------------------------- steps


def _eject(project: Project, spec: HookSpec, base: ImageReference | None, *, force: bool) -> Path:
    from hookkit.image.dockerfile import eject
    from hookkit.image.plan import ImageRequest, plan_image
    from hookkit.image.platform import Platform

    request = ImageRequest(python=python_minor(project), platform=Platform.of_this_machine(), base=base)
    return eject(project, plan_image(project, spec, request), force=force)


def _build(
    project: Project, spec: HookSpec, base: ImageReference | None, push: ImageReference | None, *, use_cache: bool
) -> BuildRecord:
    """Build the image in the engine, push it where it is to be pushed, and say what came of it."""
    from hookkit.image.engine import connect, engine_platform
    from hookkit.image.plan import ImageRequest

    with connect() as client:
        request = ImageRequest(python=python_minor(project), platform=engine_platform(client), base=base)
        built, base = _make(client, project, spec, request, use_cache=use_cache)
        reference, push_took = _push(client, built, push) if push else (built.reference, ())
    return BuildRecord(
        image=str(reference),
        digest=reference.digest,
        image_id=built.image_id,
        base_image=str(base),
        size_bytes=built.size,
        durations_seconds=_by_step((*built.durations, *push_took)),
    )


def _by_step(durations: "tuple[Duration, ...]") -> dict[str, float]:
    """Seconds by step; a Dockerfile may take the same step twice."""
    seconds: dict[str, float] = {}
    for one in durations:
        seconds[one.step] = round(seconds.get(one.step, 0.0) + one.seconds, 3)
    return seconds


def _make(
    client: "DockerClient", project: Project, spec: HookSpec, request: "ImageRequest", *, use_cache: bool
) -> "tuple[BuiltImage, ImageReference]":
    """The image, with the time that its dependencies took as well, and what it was built on."""
    from hookkit.image.builder import Progress
    from hookkit.image.docker import DockerBuilder
    from hookkit.image.dockerfile import owned_dockerfile
    from hookkit.image.plan import default_reference
    from hookkit.image.prepare import prepared_image

    owned = owned_dockerfile(project)
    if owned and request.base:
        remedy = f"mend its FROM, or remove {relative_to_here(owned)}"
        raise ProjectError(Problem("--base-image", "has no say where the project owns its Dockerfile", remedy))
    text = owned.read_text(encoding="utf-8") if owned else None
    with progress_bar(f"building {default_reference(spec)}") as watch:
        watch(Progress("gathering code and dependencies"))
        with prepared_image(project, spec, request) as prepared:
            for one in prepared.left_out:
                if one.reason != "not code":  # that there is other than code in a project is no news
                    click.echo(one, err=True)
            built = DockerBuilder(client, watch, text, use_cache).build(prepared.plan)
    return replace(built, durations=(*prepared.durations, *built.durations)), prepared.plan.base


def _push(
    client: "DockerClient", built: "BuiltImage", target: ImageReference
) -> "tuple[ImageReference, tuple[Duration, ...]]":
    """The image's name in the registry, with its digest, and how long the push took."""
    from hookkit.image.builder import Duration
    from hookkit.image.push import push_image

    start = time.monotonic()
    with progress_bar(f"pushing {target}") as watch:
        reference = push_image(client, built, target, watch)
    return reference, (Duration("push", time.monotonic() - start),)


def _describe(project: Project, spec: HookSpec, record: BuildRecord) -> list[Path]:
    from hookkit.manifest import render_descriptions

    return write_texts(project.dist, render_descriptions(spec, record.reference))


# ---------------------------------------------------------------- printing


def _print_summary(record: BuildRecord, files: list[Path]) -> None:
    seconds = sum(record.durations_seconds.values())
    line = f"{record.image}: {human_size(record.size_bytes)}, on {record.base_image}, in {seconds:.1f} s"
    if sys.stdout.isatty():
        line = click.style(f"✓ {line}", fg="green")
    click.echo(line)
    for file in files:
        click.echo(f"  {relative_to_here(file)}")

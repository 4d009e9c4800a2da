"""`hookkit lock`: what the image is made of, pinned by version and hash in hookkit.lock."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookkit.cli.progress import progress_bar
from hookkit.cli.target import parse_place, parse_platforms, relative_to_here
from hookkit.errors import DependencyError, Problem
from hookkit.project import Project, find_project, python_minor

if TYPE_CHECKING:
    from hookkit.image.builder import Watcher
    from hookkit.image.lock import Lock
    from hookkit.image.pinning import Pinning
    from hookkit.image.platform import Platform
    from hookkit.reference import ImagePlace


@click.command(name="lock")
@click.option("--upgrade", is_flag=True, help="Resolve all anew, to the latest versions.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where the lock does not hold what is asked.")
@click.option(
    "--builder",
    type=click.Choice(["docker", "oci"]),
    help="Who is to build: oci needs the base pinned, too; default: as `hookkit build`.",
)
@click.option("--base-image", metavar="IMAGE", help="What is built on, as `hookkit build` takes it.")
@click.option("--platform", "platforms", metavar="OS/ARCH", multiple=True, help="linux/amd64, linux/arm64, or both.")
def command(
    *, upgrade: bool, check: bool, builder: str | None, base_image: str | None, platforms: tuple[str, ...]
) -> None:
    """Pin what the image is made of in hookkit.lock, to be kept in git.

    A uv.lock of the project is followed to the letter; hookkit.lock then holds the rest.
    """
    if upgrade and check:
        raise click.UsageError("--upgrade and --check exclude each other")
    project = find_project(Path.cwd())
    base = parse_place(base_image, "--base-image") if base_image is not None else None
    wanted = parse_platforms(platforms)
    with progress_bar("locking") as watch:
        pinning = _pinning(project, builder, base, wanted, watch)
        if check:
            _check(pinning)
            return
        lock, file = _lock(pinning, upgrade=upgrade)
    _print_summary(project, lock, file)


def _pinning(
    project: Project,
    builder: str | None,
    base: "ImagePlace | None",
    platforms: "tuple[Platform, ...]",
    watch: "Watcher",
) -> "Pinning":
    """What a build with these flags would ask for; without an engine hookkit builds by itself."""
    from hookkit.cache import Cache
    from hookkit.image.docker.engine import engine_listens
    from hookkit.image.pinning import Pinning
    from hookkit.image.platform import Platform

    return Pinning(
        project=project,
        python=python_minor(project),
        platforms=platforms or (Platform.of_this_machine(),),
        cache=Cache.of_user(),
        base=base,
        embedded=builder == "oci" or (builder is None and not engine_listens()),
        watch=watch,
    )


def _check(pinning: "Pinning") -> None:
    from hookkit.image.lock import LOCK, read_lock
    from hookkit.image.locking import is_current

    if not is_current(pinning.project, pinning.request, read_lock(pinning.project)):
        what = "is stale: it does not hold what the project asks for"
        raise DependencyError(Problem(str(pinning.project.root / LOCK), what, "run `hookkit lock`"))


def _lock(pinning: "Pinning", *, upgrade: bool) -> "tuple[Lock, Path]":
    from hookkit.image.builder import Progress
    from hookkit.image.lock import Lock, read_lock, write_lock
    from hookkit.image.locking import lock_project

    pinning.watch(Progress("resolving what the image is made of"))
    known = Lock() if upgrade else read_lock(pinning.project)
    lock = lock_project(pinning.project, pinning.request, pinning.resolvers, known)
    return lock, write_lock(pinning.project, lock)


def _print_summary(project: Project, lock: "Lock", file: Path) -> None:
    locked = lock.python
    if locked:
        click.echo(_counted(project.root / locked.source, len(locked.requirements), f"Python {locked.python}"))
    for archive, packages in lock.apt.items():
        click.echo(_counted(file, len(packages.packages), archive))
    for name, base in lock.base.items():
        click.echo(f"{relative_to_here(file)}: {name} is {base.digest}")
    if not (locked or lock.apt or lock.base):
        click.echo("the project depends on nothing: there is nothing to pin")


def _counted(file: Path, count: int, whose: str) -> str:
    return f"{relative_to_here(file)}: {count} package{'s' * (count != 1)} of {whose}"

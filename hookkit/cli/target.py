"""What commands take in common: the target, `package.module[:function]` or the hook of the project here."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookkit.errors import Problem, ProjectError
from hookkit.project import Project, bare_project, describe, find_project, project_above
from hookkit.reference import ImagePlace, ImageReference
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from hookkit.cache import Cache
    from hookkit.image.platform import Platform

target_argument = click.argument("target", required=False, metavar="[MODULE:FUNCTION]")


def load_target(target: str | None) -> tuple[Project, HookSpec]:
    """The project here and the spec of its hook, or of the one named; a named hook needs no project.

    Raises:
        ProjectError: no project here, or its settings are wrong.
        HookkitError: the hook can't be had.

    """
    project = project_here(target)
    return project, describe(project, target)


def find_target(target: str | None, cache: "Cache", *, confined: bool = False) -> tuple[Project, HookSpec]:
    """As `load_target`; the hook's Python is asked only where something changed since it was asked last.

    Args:
        confined: whether the module is imported under the platform's rules.

    Raises:
        ProjectError: no project here, or its settings are wrong.
        HookkitError: the hook can't be had.

    """
    from hookkit.described import describe_once

    project = project_here(target)
    return project, describe_once(project, target, cache, _describe_confined if confined else describe)


def _describe_confined(project: Project, target: str | None) -> HookSpec:
    from hookkit.local.describing import describe_confined

    return describe_confined(project, target)


def project_here(target: str | None) -> Project:
    """The project here; where a hook is named and there is none, the folder is one.

    Raises:
        ProjectError: no project here, or its settings are wrong.

    """
    if target is None:
        return find_project(Path.cwd())
    return project_above(Path.cwd()) or bare_project(Path.cwd())


def parse_image(text: str, flag: str) -> ImageReference:
    """An image's name from the command line.

    Raises:
        ProjectError: it is none.

    """
    try:
        return ImageReference.parse(text)
    except ValueError as error:
        raise ProjectError(Problem(flag, str(error))) from None


def parse_place(text: str, flag: str) -> ImagePlace:
    """Where an image comes from or goes to, from the command line.

    Raises:
        ProjectError: it is no such place.

    """
    try:
        return ImagePlace.parse(text)
    except ValueError as error:
        raise ProjectError(Problem(flag, str(error))) from None


def parse_platforms(texts: tuple[str, ...]) -> "tuple[Platform, ...]":
    """What an image is for, from the command line, as several words or with commas between; each once.

    Raises:
        ProjectError: one is no platform of hooks.

    """
    from hookkit.image.platform import Platform

    try:
        return tuple(dict.fromkeys(Platform.parse(one) for text in texts for one in text.split(",")))
    except ValueError as error:
        raise ProjectError(Problem("--platform", str(error))) from None


def relative_to_here(file: Path) -> Path:
    """A file as one types it from here."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file

"""What commands take in common: the target, `package.module[:function]` or the hook of the project here."""

from pathlib import Path

import click

from hookkit.errors import ProjectError
from hookkit.project import Project, bare_project, describe, find_project
from hookkit.spec import HookSpec

target_argument = click.argument("target", required=False, metavar="[MODULE:FUNCTION]")


def load_target(target: str | None) -> tuple[Project, HookSpec]:
    """The project here and the spec of its hook, or of the one named; a named hook needs no project.

    Raises:
        ProjectError: no project here, or its settings are wrong.
        HookkitError: the hook can't be had.

    """
    project = _project(target)
    return project, describe(project, target)


def _project(target: str | None) -> Project:
    try:
        return find_project(Path.cwd())
    except ProjectError:
        if target is None or (Path.cwd() / "pyproject.toml").exists():
            raise
        return bare_project(Path.cwd())

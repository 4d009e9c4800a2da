"""The name of an engine, on the command line, becomes the Runner that runs hooks there."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from hookkit.errors import Problem, ProjectError

if TYPE_CHECKING:
    from hookkit.dist import BuildRecord
    from hookkit.local import Runner
    from hookkit.project import Project

Engine = Literal["process", "container", "inline"]
ENGINES: Final = ("process", "container", "inline")
_LAYOUT: Final = "oci:"


def choose_runner(engine: Engine, project: "Project", image: str | None, *, strict: bool = False) -> "Runner":
    """The runner of an engine.

    Args:
        image: the name of an image, for the container; None for what was built last.
        strict: whether a run is refused where one of the platform's rules can't be enforced.

    Raises:
        ProjectError: the container's image is not named and none was built; the engine enforces nothing, and has to.

    """
    if engine == "container":
        return _container(project, image, strict=strict)
    if engine == "inline":
        from hookkit.local.inline import InlineRunner

        if strict:
            remedy = "use process or container with --require-sandbox"
            raise ProjectError(Problem("--engine inline", "enforces no rule", remedy))
        return InlineRunner()
    from hookkit.local.process import ProcessRunner

    return ProcessRunner(strict=strict)


def _container(project: "Project", image: str | None, *, strict: bool) -> "Runner":
    """An engine where the image is in one, and one answers; else the folder that the image was written into."""
    from hookkit.cli.build import built_image
    from hookkit.dist import read_record
    from hookkit.image.docker.engine import engine_listens

    reference = built_image(project, image)
    record = read_record(project) if image is None else None
    if record is not None:
        _warn_of_changes(project, record)
    layout = _layout(project, record) if record is not None else None
    if layout is not None and not (_is_in_engine(record) and engine_listens()):
        from hookkit.local.unpacked import UnpackedRunner

        return UnpackedRunner(layout, reference, strict=strict)
    from hookkit.local.container import ContainerRunner

    return ContainerRunner(reference, strict=strict)


def _warn_of_changes(project: "Project", record: "BuildRecord") -> None:
    """An image that is older than the code would run without a word, and pass or fail for yesterday's reasons."""
    from hookkit.image.code import code_digest, select_code

    if record.code and record.code != code_digest(select_code(project).files):
        what = "does not hold the code as it is now"
        click.echo(Problem(f"image {record.image}", what, "run `hookkit build` to have it in the image"), err=True)


def _layout(project: "Project", record: "BuildRecord") -> Path | None:
    """The folder of OCI's image layout that the last build wrote; None where it wrote none, or it has gone."""
    names = [place.removeprefix(_LAYOUT) for place in record.outputs if place.startswith(_LAYOUT)]
    folders = [folder for name in names for folder in (Path(name), project.root / name)]
    return next((folder for folder in folders if folder.is_dir()), None)


def _is_in_engine(record: "BuildRecord | None") -> bool:
    return record is not None and any(place.startswith("docker:") for place in record.outputs)

"""A rendered folder becomes the project where it was asked for: all of it, or nothing."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hookkit.errors import Problem, ScaffoldError, shown


def refuse_existing_work(destination: Path, *, force: bool) -> None:
    """Raise ScaffoldError where something lies that is not to be written over; a folder may be filled with `force`."""
    where = shown(str(destination))
    if destination.is_dir():
        if not force and any(destination.iterdir()):
            remedy = "choose another, or add --force to write into it (files of the same names are replaced)"
            raise ScaffoldError(Problem(where, "the folder is not empty", remedy))
    elif os.path.lexists(destination):
        raise ScaffoldError(Problem(where, "is there already and is no folder", "choose another destination"))


@contextmanager
def workspace(destination: Path) -> Iterator[Path]:
    """A temporary folder on the file system of the destination, so that a rename can finish the work.

    It lies in the destination itself where that is a folder (it may be a mount, and what is above it forbidden), else
    in the nearest folder above it.
    """
    nearest = next(folder for folder in (destination, *destination.parents) if os.path.lexists(folder))
    with TemporaryDirectory(prefix=".hookkit-new-", dir=nearest) as folder:
        yield Path(folder)


def place(rendered: Path, destination: Path) -> None:
    """Move a rendered project to its destination; a folder that is there keeps its other files.

    Raises:
        ScaffoldError: something is in the way of a file; nothing was moved then.

    """
    for file in files_of(rendered):
        _make_writable(rendered / file)  # a read-only installation has read-only templates
    if destination.is_dir():
        _refuse_obstacles(rendered, destination)
        _fill(rendered, destination)
    else:
        destination.parent.mkdir(parents=True, exist_ok=True)
        rendered.rename(destination)


def files_of(folder: Path) -> tuple[Path, ...]:
    """All files below a folder, relative to it, in order."""
    return tuple(sorted(path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir()))


def _make_writable(file: Path) -> None:
    mode = file.stat().st_mode
    if not mode & stat.S_IWUSR:
        file.chmod(mode | stat.S_IWUSR)


def _refuse_obstacles(rendered: Path, destination: Path) -> None:
    found = (_obstacle(destination / file) for file in files_of(rendered))
    if problems := dict.fromkeys(problem for problem in found if problem):
        raise ScaffoldError(*problems)


def _obstacle(file: Path) -> Problem | None:
    nearest = next(folder for folder in file.parents if os.path.lexists(folder))
    if not nearest.is_dir():
        return Problem(shown(str(nearest)), "is no folder, but one is needed there", "move it away")
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Problem(shown(str(nearest)), "can't be written to", "change its permissions")
    if file.is_dir() and not file.is_symlink():
        return Problem(shown(str(file)), "is a folder, but a file is needed there", "move it away")
    return None


def _fill(rendered: Path, destination: Path) -> None:
    for file in files_of(rendered):
        target = destination / file
        target.parent.mkdir(parents=True, exist_ok=True)
        (rendered / file).replace(target)

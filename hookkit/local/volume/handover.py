"""What a container wrote into its volume becomes the caller's outputs: all of them, or none."""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from hookkit.contract import ERROR_FILE, VOLUME
from hookkit.errors import OutputError, Problem, shown
from hookkit.local.containerplan import OUTCOME_FILE
from hookkit.local.run import LocalRun, Told
from hookkit.manifest import output_places
from hookkit.runtime.command_line import folder_flag
from hookkit.runtime.products import Staging

#: No outcome of a runtime is larger; a hook may write what it likes in its place.
_MOST_TOLD_BYTES: Final = 16 << 20


def hand_over(run: LocalRun, volume: Path, staged: Mapping[str, Staging], *, done: bool) -> None:
    """Move what the container wrote to where the caller wants it; of a hook that failed that is its error.json.

    Raises:
        OutputError: something can't be moved: the disk is full.

    """
    written = {part.name: _written(volume, output_places(run.spec)[part.name]) for part in run.spec.outputs}
    flags = {part.name: folder_flag(run.spec, part) for part in run.spec.outputs}
    if not done:
        for name, folder in written.items():
            if folder is not None and _is_plain(folder / ERROR_FILE):
                with _named_failures(flags[name]):
                    shutil.move(folder / ERROR_FILE, staged[name].output / ERROR_FILE)
        return
    for name, folder in written.items():  # all come to the file systems of their outputs before any is seen there
        with _named_failures(flags[name]):
            for product in folder.iterdir() if folder is not None else ():
                shutil.move(product, staged[name].products / product.name)
    _refuse_covered(staged, flags)
    for name, staging in staged.items():
        staging.publish(flags[name])


def _written(volume: Path, place: str) -> Path | None:
    """The folder of an output in the volume; None where there is none.

    What the hook wrote may be anything: a link in the place of the folder would lead to the caller's own files.
    """
    folder = volume / PurePosixPath(place).relative_to(VOLUME)
    is_there = folder.is_dir() and folder.resolve() == volume.resolve() / folder.relative_to(volume)
    return folder if is_there else None


@contextmanager
def _named_failures(flag: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        parts = error.args[0] if isinstance(error, shutil.Error) else None
        why = parts[0][-1] if isinstance(parts, list) and parts else error.strerror or str(error)
        raise OutputError(
            Problem(flag, f"the products can't be handed over: {why}", "make room, or give another folder")
        ) from None


def _refuse_covered(staged: Mapping[str, Staging], flags: Mapping[str, str]) -> None:
    """Raise OutputError for a product that would replace the folder of another output, which lies in its own."""
    problems = [
        Problem(flags[name], f"its product {shown(product.name)} lies where {flags[other]} is", "give other folders")
        for name, staging in staged.items()
        for product in staging.products.iterdir()
        for other, inner in staged.items()
        if inner.output.resolve().is_relative_to(staging.output.resolve() / product.name)
    ]
    if problems:
        raise OutputError(*problems)


def told_in(volume: Path) -> Told:
    """What the runtime told; nothing where something else than a file of a fair size stands in its place."""
    file = volume / OUTCOME_FILE
    return Told.read(file) if _is_plain(file) and file.lstat().st_size <= _MOST_TOLD_BYTES else Told()


def _is_plain(file: Path) -> bool:
    return os.path.lexists(file) and stat.S_ISREG(file.lstat().st_mode)

"""An output folder gets its products whole or not at all: staged inside it, renamed at the end.

A mounted output folder has no writable neighbour, so the staging folder lies within.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hookkit.contract import ERROR_FILE, STAGING_PREFIX
from hookkit.errors import CallError, OutputError, Problem, shown

_PRODUCTS: Final = "products"
_WORK: Final = "work"
_REPLACED: Final = "replaced"


class Staging:
    """The staging folder of one output: `products/` for the function, `work/` for temporary files."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.root = output / f"{STAGING_PREFIX}{os.getpid()}-{os.urandom(4).hex()}"
        self.products = self.root / _PRODUCTS
        self.work = self.root / _WORK

    def create(self, flag: str) -> None:
        """Make the folders.

        Raises:
            CallError: the output folder can't be made or written.

        """
        try:
            for folder in (self.root, self.products, self.work):
                folder.mkdir(parents=True)
        except OSError as error:
            what = f"{str(self.output)!r} can't be written: {error.strerror}"
            raise CallError(Problem(flag, what, "give a folder that you may write to")) from None

    def is_empty(self) -> bool:
        """Whether the function wrote nothing."""
        return not self.products.is_dir() or not any(self.products.iterdir())

    def publish(self, flag: str) -> None:
        """Move each product to its place in the output folder; one of the same name from an earlier run goes.

        So does the `error.json` of an earlier run that failed.

        Raises:
            OutputError: one could not be moved; all are back where they were before.

        """
        try:
            (self.output / ERROR_FILE).unlink(missing_ok=True)
            if not self.is_empty():
                move_entries(self.products, self.output, self.root / _REPLACED)
        except OSError as error:
            what = f"{shown(str(error.filename))} can't be put in place: {error.strerror}"
            raise OutputError(Problem(flag, what, f"see what {str(self.output)!r} holds")) from None

    def remove(self) -> None:
        """Take the staging folder away."""
        try:
            for folder in (self.products, self.work, self.root):
                folder.rmdir()
        except OSError:  # not all empty; shutil is only imported then
            remove_tree(self.root)


def move_entries(source: Path, target: Path, replaced: Path) -> None:
    """Rename every entry of a folder into another one; what stood there goes to `replaced`.

    All three lie on one file system. When one entry can't be moved, those before it are moved back.

    Raises:
        OSError: an entry could not be moved.

    """
    done: list[tuple[Path, Path]] = []
    try:
        for entry in sorted(source.iterdir()):
            place = target / entry.name
            if os.path.lexists(place):
                replaced.mkdir(exist_ok=True)
                done.append(_rename(place, replaced / entry.name))
            done.append(_rename(entry, place))
    except BaseException:  # a stop of the hook, too
        for before, after in reversed(done):
            after.rename(before)
        raise


def _rename(before: Path, after: Path) -> tuple[Path, Path]:
    before.rename(after)
    return before, after


def remove_tree(folder: Path) -> None:
    """Remove a folder and all in it, as far as it is allowed."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def refuse_reserved(staged: Mapping[str, Staging], names: set[str]) -> None:
    """Raise OutputError for products whose names hookkit itself needs in an output folder."""
    problems = [
        Problem(f"product {name!r}", "has the name of a file that hookkit writes", "call it something else")
        for staging in staged.values()
        for name in sorted(names)
        if (staging.products / name).exists()
    ]
    if problems:
        raise OutputError(*problems)


def refuse_missing(staged: Mapping[str, Staging], optional: set[str], flags: Mapping[str, str]) -> None:
    """Raise OutputError for every output that the function left empty and that is not optional."""
    problems = [
        Problem(
            f"{flags[name]} (output {name!r})",
            "the hook wrote nothing into it",
            f"write the product into the folder that the parameter {name!r} names",
        )
        for name, staging in staged.items()
        if name not in optional and staging.is_empty()
    ]
    if problems:
        raise OutputError(*problems)

"""A tree of outputs and a golden folder become what differs, all of it at once, or the golden folder anew."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from hookkit.contract import STAGING_PREFIX
from hookkit.testing.difference import Difference, Kind, describe, print_name

#: pytest shows a failure at the line of the test, and none of ours (--full-trace does).
__tracebackhide__ = True

#: Compares a file with the golden one: it raises an AssertionError or returns False where they differ too much.
Compare = Callable[[Path, Path], object]
#: The files and links of a tree, by their path, sorted.
Tree = Mapping[str, Path]


@dataclass(frozen=True)
class Golden:
    """What golden folders are to a test.

    Attributes:
        test: the file of the test; folders are relative to its folder.
        update: whether they are rewritten instead of compared.
        said: gets a line for each that was rewritten.

    """

    test: Path = Path()
    update: bool = False
    said: list[str] = field(default_factory=list, compare=False)

    def check(self, folder: str | Path, tree: Tree, compare: Mapping[str, Compare]) -> None:
        """Raise an AssertionError with all differences, or rewrite the folder where that is asked for.

        Raises:
            ValueError: the folder is none that could be rewritten.

        """
        place = self._place(folder)
        if self.update:
            self._rewrite(place, tree, compare)
        elif found := differences(tree, read_tree(place), compare):
            raise AssertionError(_words(place, found))

    def _rewrite(self, place: Path, tree: Tree, compare: Mapping[str, Compare]) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(place.parent):
            if found := differences(tree, read_tree(place), compare):
                write_tree(place, tree, {one.path for one in found})
                self.said.append(f"{_from_here(place)}: {_count(found)}")

    def _place(self, folder: str | Path) -> Path:
        place = (self.test.parent / folder).resolve()
        if self.test.resolve().is_relative_to(place):
            msg = f"assert_golden({str(folder)!r}): the test itself lies there; name a folder of golden outputs alone"
            raise ValueError(msg)
        return place


def read_tree(folder: Path) -> dict[str, Path]:
    """Every file and link below a folder; none where there is no such folder. Links are not followed."""
    return {file.relative_to(folder).as_posix(): file for file in sorted(_files(folder))}


def _files(folder: Path) -> Iterator[Path]:
    for below, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(STAGING_PREFIX)]
        yield from (Path(below, name) for name in names)
        yield from (Path(below, name) for name in folders if Path(below, name).is_symlink())


def differences(tree: Tree, golden: Tree, compare: Mapping[str, Compare]) -> list[Difference]:
    """What differs, by path."""
    found = []
    for path in sorted(tree.keys() | golden.keys()):
        if path not in golden:
            found.append(Difference(path, Kind.NEW))
        elif path not in tree:
            found.append(Difference(path, Kind.MISSING))
        elif words := _compared(path, tree[path], golden[path], compare):
            found.append(Difference(path, Kind.CHANGED, words))
    return found


def _compared(path: str, file: Path, golden: Path, compare: Mapping[str, Compare]) -> str:
    """How a file differs; "" where it does not."""
    words = describe(file, golden)
    own = next((one for pattern, one in compare.items() if PurePosixPath(path).match(pattern)), None)
    if not words or own is None or file.is_symlink() or golden.is_symlink():
        return words
    try:
        return f"{words}\n{_name_of(own)} returned False" if own(file, golden) is False else ""
    except AssertionError as error:
        return f"{words}\n{_name_of(own)}: {error}"


def _name_of(function: Compare) -> str:
    return getattr(function, "__name__", type(function).__name__)


# ---------------------------------------------------------------- what is said


def _words(place: Path, found: list[Difference]) -> str:
    missing = "" if place.is_dir() else ", which is not there yet"
    head = f"the outputs differ from {_from_here(place)}{missing}: {_count(found)}; --update-golden rewrites it"
    return "\n".join([head, *(line for number, one in enumerate(found) for line in one.lines(number))])


def _count(found: list[Difference]) -> str:
    counts = [(kind, sum(one.kind is kind for one in found)) for kind in Kind]
    return ", ".join(f"{number:,} {kind.value}" for kind, number in counts if number)


def _from_here(place: Path) -> str:
    return print_name(os.path.relpath(place))


# ---------------------------------------------------------------- rewriting


def write_tree(folder: Path, tree: Tree, changed: set[str]) -> None:
    """Make a folder hold a tree; files that did not change stay as they are. It is whole, or as it was before."""
    fresh, old = (folder.with_name(f".{word}-{os.urandom(8).hex()}") for word in ("new", "old"))
    try:
        fresh.mkdir()
        for path, file in tree.items():
            _copy(file if path in changed else folder / path, fresh / path)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    finally:
        for litter in (fresh, old):
            shutil.rmtree(litter, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target, follow_symlinks=False)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One test at a time rewrites here, whichever worker it runs in."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)

"""What the user named becomes sources: files, what lies below folders, and `-` for what comes in."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from hookkit.check.manifest import limits
from hookkit.check.manifest.checking import Source
from hookkit.errors import CallError, Problem

STANDARD_INPUT: Final = "-"
SUFFIXES: Final = (".yaml", ".yml", ".json")


def find_manifests(names: Iterable[Path]) -> list[Path]:
    """The files that are meant, a folder's in the order of their names, each once.

    Raises:
        CallError: some are not there or can't be read, a folder holds no manifest, or too many.

    """
    found: dict[Path, None] = {}
    problems: list[Problem] = []
    for name in names:
        if name.is_dir():
            below, closed = _below(name)
            found |= dict.fromkeys(below)
            problems += _unreadable(closed) if closed else _folder_problems(name, below)
        elif str(name) == STANDARD_INPUT or name.exists():
            found[name] = None
        else:
            problems.append(Problem(str(name), "there is no such file", "name a file or a folder"))
    if problems:
        raise CallError(*problems)
    return list(found)


def _below(folder: Path) -> tuple[list[Path], list[Path]]:
    """The manifests below a folder, without what hides and what tools leave there; and what nobody may open."""
    found: list[Path] = []
    closed: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one != "node_modules")
        named = (Path(root) / one for one in sorted(files) if one.endswith(SUFFIXES) and not one.startswith("."))
        found += [one for one in named if one.is_file()]  # no pipe, which nobody may ever write to
        if len(found) > limits.FILES:
            break
    return found, closed + [one for one in found if not os.access(one, os.R_OK)]


def _unreadable(closed: Iterable[Path]) -> Iterator[Problem]:
    for one in closed:
        yield Problem(str(one), "can't be read", "ask for the right to read it, or name what may be read")


def _folder_problems(folder: Path, below: list[Path]) -> Iterator[Problem]:
    if not below:
        yield Problem(str(folder), f"holds no {', '.join(SUFFIXES)} file", "name a file or another folder")
    elif len(below) > limits.FILES:
        yield Problem(str(folder), f"holds more than {limits.FILES:,} manifests", "name the folders that are meant")


def read_sources(files: Iterable[Path]) -> Iterator[Source]:
    """Read each file as far as one may be long; what is longer is then refused.

    Raises:
        CallError: standard input is meant, and whoever started this process closed it.

    """
    for file in files:
        if str(file) == STANDARD_INPUT:
            if sys.stdin is None:
                raise CallError(Problem("-", "there is no standard input", "name a file"))
            yield Source("<stdin>", sys.stdin.buffer.read(limits.FILE_BYTES + 1))
        else:
            with file.open("rb") as stream:
                yield Source(str(file), stream.read(limits.FILE_BYTES + 1))

"""Output folders become the OutputFiles of a report: path, size and SHA-256 of each file, whatever lies there."""

import os
import stat
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from hookkit.contract import STAGING_PREFIX
from hookkit.local.outputs.largefiles import READ, LargeFile, Watch, measure_large, unwatched
from hookkit.report import OutputFile

#: Bytes above which a file is read in pieces, beside others.
LARGE: Final = 1024 * 1024


def measure_outputs(folders: Mapping[str, Path], watch: Watch = unwatched) -> dict[str, tuple[OutputFile, ...]]:
    """Every file below each output folder, sorted by path; what can't be read, or has gone, has no digest."""
    found = {name: [_measure(path, entry) for path, entry in files_below(folder)] for name, folder in folders.items()}
    large = (one for files in found.values() for one in files if isinstance(one, LargeFile))
    measured = measure_large(list(large), watch)
    return {
        name: tuple(next(measured) if isinstance(one, LargeFile) else one for one in files)
        for name, files in found.items()
    }


def _measure(path: str, entry: os.DirEntry[str]) -> OutputFile | LargeFile:
    """What one entry of an output folder is; here every call counts, as there may be 100,000 of them."""
    try:
        if not entry.is_file(follow_symlinks=False):
            return OutputFile(path, entry.stat(follow_symlinks=False).st_size, "")
        stream = os.open(entry.path, READ)
    except OSError:
        return OutputFile(path, _size(entry.path), "")
    try:
        facts = os.fstat(stream)
        if facts.st_size > LARGE:
            return LargeFile(path, entry.path, facts.st_size)
        if not stat.S_ISREG(facts.st_mode):
            return OutputFile(path, facts.st_size, "")
        content = os.read(stream, facts.st_size)
        return OutputFile(path, len(content), sha256(content).hexdigest())
    except OSError:
        return OutputFile(path, _size(entry.path), "")
    finally:
        os.close(stream)


def _size(place: str) -> int:
    try:
        return os.lstat(place).st_size
    except OSError:  # it has gone
        return 0


# ---------------------------------------------------------------- what lies in a folder


def files_below(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that is no folder, each with its path in this one, sorted by the parts of the path; links aren't followed."""
    waiting = _listed(os.fspath(folder), "")
    while waiting:
        path, entry = waiting.pop()
        if _is_folder(entry, follow_links=False):
            waiting += _listed(entry.path, f"{path}/")
        else:
            yield path, entry


def _listed(folder: str, below: str) -> list[tuple[str, os.DirEntry[str]]]:
    """The entries of a folder, the last name first; none of what can't be listed, or is the runtime's own."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if not _is_staging(entry)]
    except OSError:
        return []
    found.sort(key=lambda entry: entry.name, reverse=True)
    return [(below + entry.name, entry) for entry in found]


def _is_staging(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(STAGING_PREFIX) and _is_folder(entry, follow_links=True)


def _is_folder(entry: os.DirEntry[str], *, follow_links: bool) -> bool:
    try:
        return entry.is_dir(follow_symlinks=follow_links)
    except OSError:
        return False

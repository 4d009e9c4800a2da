"""Output folders become the OutputFiles of a report: path, size and SHA-256 of each file."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from hookkit.contract import STAGING_PREFIX
from hookkit.report import OutputFile


def measure_outputs(folders: Mapping[str, Path]) -> dict[str, tuple[OutputFile, ...]]:
    """Every file below each output folder, sorted by path."""
    return {name: tuple(_measure(folder)) for name, folder in folders.items()}


def _measure(folder: Path) -> Iterator[OutputFile]:
    for file in sorted(_files(folder)):
        yield OutputFile(file.relative_to(folder).as_posix(), file.lstat().st_size, _sha256(file))


def _files(folder: Path) -> Iterator[Path]:
    for below, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(STAGING_PREFIX)]
        yield from (Path(below, name) for name in names)
        yield from (Path(below, name) for name in folders if Path(below, name).is_symlink())


def _sha256(file: Path) -> str:
    if not file.is_file() or file.is_symlink():
        return ""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()

"""Layers and a Dockerfile become the build context: a tar whose bytes depend on nothing but contents."""

import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Final

from hookkit.errors import BuildError, Problem
from hookkit.image.docker.dockerfile import DOCKERFILE
from hookkit.image.layer import CODE, DEPENDENCIES, RUNTIME, Layer, LayerFile
from hookkit.image.oci.pack import add_entry, add_folder

#: Folders that are there even where nothing is in them: a Dockerfile may copy them.
_PARTS: Final = frozenset({RUNTIME, DEPENDENCIES, CODE})


@contextmanager
def build_context(layers: Sequence[Layer], dockerfile: str) -> Iterator[IO[bytes]]:
    """The context as a temporary file, rewound: a layer of dependencies may be larger than memory.

    Raises:
        BuildError: the disk is full, or a file of a layer can't be read.

    """
    with TemporaryFile(prefix="hookkit-") as file:
        try:
            _write_context(file, layers, dockerfile)
            file.seek(0)
        except (OSError, tarfile.TarError) as error:
            raise _unwritten(error) from None
        yield file


def _write_context(file: IO[bytes], layers: Sequence[Layer], dockerfile: str) -> None:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        add_entry(tar, "", LayerFile(DOCKERFILE, dockerfile.encode()))
        for folder in _folders(layers):
            add_folder(tar, folder)
        for layer in layers:
            for entry in layer.entries:
                add_entry(tar, layer.part, entry)


def _folders(layers: Sequence[Layer]) -> list[str]:
    """Every folder that the files need."""
    found = {
        str(parent)
        for layer in layers
        for entry in layer.entries
        for parent in PurePosixPath(layer.part, entry.path).parents
        if parent.parts
    }
    return sorted(found | _PARTS)


def _unwritten(error: Exception) -> BuildError:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    about = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    remedy = "free some space in the temporary folder (TMPDIR), or make the file readable"
    return BuildError(Problem("build context", f"can't be written: {words}{about}", remedy))

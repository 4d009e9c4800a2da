"""An ImagePlan and a Dockerfile become the build context: a tar whose bytes depend on nothing but contents."""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO

from hookkit.errors import BuildError, Problem
from hookkit.image.dockerfile import DOCKERFILE
from hookkit.image.plan import ImagePlan, LayerFile


@contextmanager
def build_context(plan: ImagePlan, dockerfile: str) -> Iterator[IO[bytes]]:
    """The context as a temporary file, rewound: a layer of dependencies may be larger than memory.

    Raises:
        BuildError: the disk is full, or a file of a layer can't be read.

    """
    with TemporaryFile(prefix="hookkit-") as file:
        try:
            _write_context(file, plan, dockerfile)
            file.seek(0)
        except (OSError, tarfile.TarError) as error:
            raise _unwritten(error) from None
        yield file


def _write_context(file: IO[bytes], plan: ImagePlan, dockerfile: str) -> None:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, LayerFile(DOCKERFILE, dockerfile.encode()))
        for layer in plan.layers:
            for folder in _folders(layer.name, layer.files):
                tar.addfile(_member(folder, tarfile.DIRTYPE, 0o755))
            for one in layer.files:
                _add(tar, LayerFile(f"{layer.name}/{one.path}", one.source, one.executable))


def _folders(root: str, files: tuple[LayerFile, ...]) -> list[str]:
    """Every folder that the files need, the root even where there are none: a Dockerfile may copy it."""
    parents = {parent for one in files for parent in PurePosixPath(root, one.path).parents}
    return sorted({str(parent) for parent in parents if parent.parts} | {root})


def _add(tar: tarfile.TarFile, one: LayerFile) -> None:
    member = _member(one.path, tarfile.REGTYPE, 0o755 if one.executable else 0o644)
    with _opened(one.source) as content:
        member.size = content.seek(0, io.SEEK_END)
        content.seek(0)
        tar.addfile(member, content)


def _opened(source: Path | bytes) -> IO[bytes]:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _member(path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    """A member without a time, owned by root, whoever builds and whatever their umask."""
    member = tarfile.TarInfo(path)
    member.type = kind
    member.mode = mode
    return member


def _unwritten(error: Exception) -> BuildError:
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    about = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    remedy = "free some space in the temporary folder (TMPDIR), or make the file readable"
    return BuildError(Problem("build context", f"can't be written: {words}{about}", remedy))

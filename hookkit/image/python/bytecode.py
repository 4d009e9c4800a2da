"""Layers become the bytecode of their modules, compiled once ever: a container's file system is read-only.

The bytes depend on the sources, their place in the image and the interpreter's version alone.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.layer import Layer, LayerFile
from hookkit.image.python import bytecode_worker
from hookkit.image.python.interpreter import Interpreter

_KIND: Final = "bytecode"
_WORKER: Final = Path(bytecode_worker.__file__)
#: Files that one process compiles: enough to be worth its start, few enough for all cores to end together.
_CHUNK: Final = 32
_PROGRAMS: Final = "bin/"
#: Half of what large packages ship, and no hook imports it: it stays as it is.
_TESTS: Final = frozenset({"test", "tests"})
#: A source, the path that its code is to name, and the file that gets the bytecode.
_Job = tuple[str, str, str]


def compile_bytecode(
    cache: Cache, layers: Iterable[Layer], interpreter: Interpreter
) -> tuple[tuple[LayerFile, ...], ...]:
    """For each layer the bytecode of its modules, as files below its target that lie in the cache, sorted.

    What does not compile is left out, as pip does: templates, data of tests.

    Args:
        cache: what it holds is not compiled again.
        layers: their keys have to identify their contents.
        interpreter: of the image's minor version.

    Raises:
        BuildError: the interpreter failed.
        CacheError: the cache can't be written.

    """
    wanted = [_modules(layer, interpreter) for layer in layers]
    if missing := {one.key: one for one in wanted if one.sources and _kept(cache, one) is None}:
        _compile(cache, tuple(missing.values()), interpreter)
    return tuple(tuple(sorted(_files(cache, one), key=lambda file: file.path)) for one in wanted)


@dataclass(frozen=True)
class _Modules:
    """The sources of a layer, where in it Python looks for the bytecode of each, and what theirs is kept under."""

    target: str
    sources: tuple[LayerFile, ...]
    places: tuple[str, ...]
    key: str

    @property
    def named(self) -> Iterator[str]:
        """The paths in the image, which tracebacks name."""
        return (str(PurePosixPath(self.target, one.path)) for one in self.sources)


def _modules(layer: Layer, interpreter: Interpreter) -> _Modules:
    there = {entry.path for entry in layer.entries}
    places = {
        entry: place
        for entry in layer.entries
        if isinstance(entry, LayerFile)
        and _is_module(entry.path)
        and (place := _cached(entry.path, interpreter)) not in there
    }
    shape = [layer.key, layer.target, interpreter.version, interpreter.tag, _worker_key()]
    key = hashlib.sha256("\0".join(shape).encode()).hexdigest()
    return _Modules(layer.target, tuple(places), tuple(places.values()), key)


@lru_cache
def _worker_key() -> str:
    """What else shapes the bytes: the program that compiles, and how much of it one process does."""
    return f"{_CHUNK} {hashlib.sha256(_WORKER.read_bytes()).hexdigest()}"


def _is_module(path: str) -> bool:
    return path.endswith(".py") and not path.startswith(_PROGRAMS) and _TESTS.isdisjoint(path.split("/")[:-1])


def _cached(path: str, interpreter: Interpreter) -> str:
    """Where Python looks for a module's bytecode (PEP 3147)."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}__pycache__/{name.removesuffix('.py')}.{interpreter.tag}.pyc"


# ---------------------------------------------------------------- in the cache: a folder a layer, a number a module


class _AbsentError(Exception):
    """There is no such folder yet."""


def _kept(cache: Cache, modules: _Modules) -> Path | None:
    def refuse(_: Path) -> None:
        raise _AbsentError

    with suppress(_AbsentError):
        return cache.folder(_KIND, modules.key, refuse)
    return None


def _files(cache: Cache, modules: _Modules) -> Iterator[LayerFile]:
    folder = _kept(cache, modules) if modules.sources else None
    if folder is not None:
        compiled = os.listdir(folder)  # noqa: PTH208 - names alone are wanted
        yield from (LayerFile(modules.places[int(name)], folder / name) for name in compiled)


# ---------------------------------------------------------------- compiling


def _compile(cache: Cache, missing: Sequence[_Modules], interpreter: Interpreter) -> None:
    with TemporaryDirectory(prefix="hookkit-") as temporary:
        folders = [Path(temporary, str(number)) for number in range(len(missing))]
        jobs = [_jobs(modules, folder) for modules, folder in zip(missing, folders, strict=True)]
        _run_worker(interpreter, [chunk for some in jobs for chunk in _chunks(some)])
        for modules, folder in zip(missing, folders, strict=True):
            cache.folder(_KIND, modules.key, partial(_move, folder))


def _jobs(modules: _Modules, folder: Path) -> list[_Job]:
    folder.mkdir()
    return [
        (str(_on_disk(one.source, folder.with_name(f"{folder.name}-{number}.py"))), named, str(folder / str(number)))
        for number, (one, named) in enumerate(zip(modules.sources, modules.named, strict=True))
    ]


def _on_disk(source: Path | bytes, place: Path) -> Path:
    if isinstance(source, Path):
        return source
    place.write_bytes(source)
    return place


def _chunks(jobs: list[_Job]) -> Iterator[list[_Job]]:
    return (jobs[start : start + _CHUNK] for start in range(0, len(jobs), _CHUNK))


def _run_worker(interpreter: Interpreter, chunks: list[list[_Job]]) -> None:
    # -S and no variable but this: nothing of this machine's Python shapes what is compiled. (-I would ignore the seed.)
    options = ["-P", "-s", "-S", "-W", "ignore", "-X", "utf8"]
    command = [str(interpreter.executable), *options, str(_WORKER), str(len(os.sched_getaffinity(0)))]
    environment = {"PYTHONHASHSEED": "0"}
    done = subprocess.run(
        command, input=json.dumps(chunks), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = next(reversed(done.stderr.strip().splitlines()), f"it ended with status {done.returncode}")
        remedy = "free some memory and space in the temporary folder (TMPDIR), or build without bytecode"
        raise BuildError(Problem(f"bytecode by {interpreter.executable}", f"can't be made: {words}", remedy))


def _move(folder: Path, place: Path) -> None:
    for one in folder.iterdir():
        shutil.move(one, place / one.name)

"""The standard library of a base that ships no bytecode becomes a Layer of it: nobody can write it where hooks run."""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hookkit.cache import Cache
from hookkit.image.base.decompress import decompressed
from hookkit.image.base.facts import BaseFacts, standard_library_modules
from hookkit.image.base.listing import Listing
from hookkit.image.layer import RUNTIME, Layer, LayerFile
from hookkit.image.oci.blobs import verified
from hookkit.image.oci.compression import Compression
from hookkit.image.oci.model import Image, ImageLayer
from hookkit.image.oci.pack import pack_layer, packed_layer
from hookkit.image.python.bytecode import compile_bytecode
from hookkit.image.python.interpreter import Interpreter

_NAME: Final = "bytecode of the standard library"


def standard_library_layer(
    base: Image, about: tuple[Listing, BaseFacts], interpreter: Interpreter, cache: Cache, compression: Compression
) -> ImageLayer | None:
    """The bytecode of a base's standard library, compiled once for a base and an interpreter; None where it has one.

    Raises:
        BuildError: the interpreter failed.

    """
    listing, facts = about
    if facts.has_bytecode or not facts.standard_library:
        return None
    compression = compression.thorough
    key = " ".join((_NAME, interpreter.version, *(layer.diff_id for layer in base.layers)))
    if known := packed_layer(cache, facts.standard_library, key, compression):
        return known
    modules = standard_library_modules(listing, facts)
    with _sources(base, facts, frozenset(modules)) as sources:
        (compiled,) = compile_bytecode(cache, [sources], interpreter)
        layer = Layer(_NAME, RUNTIME, facts.standard_library, compiled, key)
        return pack_layer(cache, layer, compression) if compiled else None


@contextmanager
def _sources(base: Image, facts: BaseFacts, modules: frozenset[str]) -> Iterator[Layer]:
    """The modules as files, taken out of the base's layers: what lies in an upper one hides what is below."""
    with TemporaryDirectory(prefix="hookkit-") as folder:
        found: dict[str, Path] = {}
        for number, layer in enumerate(reversed(base.layers)):
            found |= dict(_extracted(layer, modules - found.keys(), Path(folder, str(number))))
        prefix = f"{facts.standard_library.lstrip('/')}/"
        entries = tuple(LayerFile(path.removeprefix(prefix), found[path]) for path in sorted(found))
        yield Layer(_NAME, RUNTIME, facts.standard_library, entries)


def _extracted(layer: ImageLayer, wanted: frozenset[str], folder: Path) -> Iterator[tuple[str, Path]]:
    """Files of one layer, each in a file that is named by number: names of the tar reach no file system."""
    folder.mkdir()
    source = layer.fetch()
    for _ in verified(source, layer.descriptor):  # one that was damaged in the cache may read like an empty tar
        pass
    with (
        source.open("rb") as blob,
        decompressed(blob) as content,
        tarfile.open(fileobj=content, mode="r|") as tar,
    ):
        for number, member in enumerate(tar):
            path = member.name.removeprefix("./").lstrip("/")
            module = tar.extractfile(member) if path in wanted and member.isreg() else None
            if module is not None:
                file = folder / str(number)
                file.write_bytes(module.read())
                yield path, file

"""A layer of packages becomes the problems that its programs and libraries would have: scripts that link never ran."""

import tarfile
from collections.abc import Iterator
from typing import Final

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.base_facts import BaseFacts
from hookkit.image.decompress import decompressed
from hookkit.image.oci.model import ImageLayer
from hookkit.image.sonames import Needs, missing_libraries, needed_sonames

_FACT: Final = "linkage"
_PROGRAM: Final = 0o111


def check_linkage(layer: ImageLayer, facts: BaseFacts, cache: Cache) -> None:
    """Refuse a layer of packages in which a library is needed that the image has nowhere; looked at once a layer.

    Args:
        layer: of packages.
        facts: of the whole image, this layer included.
        cache: knows what was looked at before.

    Raises:
        BuildError: a line for each library, with the file that needs it and the package that has it.

    """
    key = f"{layer.diff_id} {sorted(facts.libraries)}"
    if cache.fact(_FACT, key):
        return
    if problems := missing_libraries(_needs(layer), facts.libraries):
        raise BuildError(*problems)
    cache.remember(_FACT, key, True)


def _needs(layer: ImageLayer) -> Iterator[Needs]:
    with layer.fetch().open("rb") as blob, decompressed(blob) as content, tarfile.open(fileobj=content, mode="r|") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isreg() and _may_be_elf(member) else None
            if file is not None:
                yield Needs(member.name.rpartition("/")[2], f"/{member.name}", needed_sonames(file.read()))


def _may_be_elf(member: tarfile.TarInfo) -> bool:
    return ".so" in member.name or bool(member.mode & _PROGRAM)

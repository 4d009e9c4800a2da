"""Layers of packages become the problems that their programs would have: the scripts that link libraries never ran."""

import tarfile
from collections.abc import Iterator
from typing import Final

from hookkit.errors import BuildError
from hookkit.image.base.decompress import decompressed
from hookkit.image.base.facts import BaseFacts
from hookkit.image.base.sonames import Needs, missing_libraries, needed_sonames
from hookkit.image.oci.model import ImageLayer

_PROGRAM: Final = 0o111


def check_linkage(layer: ImageLayer, facts: BaseFacts) -> None:
    """Refuse a layer of packages that needs a library which the image has nowhere.

    Args:
        layer: of packages.
        facts: of the whole image, this layer included.

    Raises:
        BuildError: a line for each library, with the file that needs it and the package that has it.

    """
    if problems := missing_libraries(_needs(layer), facts.libraries):
        raise BuildError(*problems)


def _needs(layer: ImageLayer) -> Iterator[Needs]:
    with (
        layer.fetch().open("rb") as blob,
        decompressed(blob) as content,
        tarfile.open(fileobj=content, mode="r|") as tar,
    ):
        for member in tar:
            file = tar.extractfile(member) if member.isreg() and _may_be_elf(member) else None
            if file is not None:
                yield Needs(member.name.rpartition("/")[2], f"/{member.name}", needed_sonames(file.read()))


def _may_be_elf(member: tarfile.TarInfo) -> bool:
    return ".so" in member.name or bool(member.mode & _PROGRAM)

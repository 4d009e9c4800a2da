"""The bytes of a blob on their way out of the cache, held against their digest."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from hookkit.errors import BuildError, Problem
from hookkit.image.layer import chunks
from hookkit.image.oci.model import Descriptor


class DamagedBlobError(BuildError):
    """Bytes of the cache are not what their digest says."""

    def __init__(self, path: Path, digest: str) -> None:
        super().__init__(Problem(str(path), "was damaged in the cache", "build again: it's made anew"))
        self.digest = digest


def verified(source: Path, descriptor: Descriptor) -> Iterator[bytes]:
    """The bytes of a blob, held against its digest while they pass.

    Raises:
        DamagedBlobError: at the end, where they are others.

    """
    digest = hashlib.sha256()
    with source.open("rb") as content:
        for chunk in chunks(content):
            digest.update(chunk)
            yield chunk
    if f"sha256:{digest.hexdigest()}" != descriptor.digest:
        raise DamagedBlobError(source, descriptor.digest)

"""Members of a tar, as somebody who means no good may write them, become an image's layers."""

import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hookkit.cache import Cache
from hookkit.image.oci.compression import Compression, best_gzip
from hookkit.image.oci.model import LAYER, Descriptor, Image, ImageLayer, json_bytes
from hookkit.image.oci.pack import recompressed
from hookkit.image.platform import Platform

AMD64 = Platform("linux", "amd64")


@dataclass(frozen=True)
class Member:
    """A member of a tar; a file unless it's said otherwise."""

    name: str
    content: bytes = b""
    kind: bytes = tarfile.REGTYPE
    target: str = ""
    mode: int = 0o644
    time: float = 0.0

    def moded(self, mode: int) -> "Member":
        """The same with other permissions."""
        return replace(self, mode=mode)

    def add_to(self, tar: tarfile.TarFile) -> None:
        """Write it."""
        info = tarfile.TarInfo(self.name)
        info.type, info.linkname, info.mode, info.mtime = self.kind, self.target, self.mode, self.time
        info.size = len(self.content)
        info.uid = info.gid = 4711
        tar.addfile(info, io.BytesIO(self.content))


def folder(name: str, mode: int = 0o755) -> Member:
    return Member(name, kind=tarfile.DIRTYPE, mode=mode)


def link(name: str, target: str) -> Member:
    return Member(name, kind=tarfile.SYMTYPE, target=target, mode=0o777)


def hard_link(name: str, target: str) -> Member:
    return Member(name, kind=tarfile.LNKTYPE, target=target)


def gone(name: str) -> Member:
    """A whiteout."""
    above, _, last = name.rpartition("/")
    return Member(f"{above}/.wh.{last}" if above else f".wh.{last}")


def emptied(folder: str) -> Member:
    """An opaque whiteout."""
    return Member(f"{folder}/.wh..wh..opq")


def tar_of(members: Iterable[Member]) -> bytes:
    """The tar of some members, in their order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member in members:
            member.add_to(tar)
    return buffer.getvalue()


def image_of_tars(cache: Cache, *tars: bytes, compression: Compression | None = None) -> Image:
    """An image of layers, from the bottom up."""
    layers = tuple(recompressed(cache, _plain(cache, tar), compression or best_gzip()) for tar in tars)
    config = {
        "architecture": AMD64.architecture,
        "os": AMD64.os,
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
    }
    return Image(json_bytes(config), layers)


def image_of(cache: Cache, *layers: Iterable[Member]) -> Image:
    """The same of members."""
    return image_of_tars(cache, *map(tar_of, layers))


def _plain(cache: Cache, tar: bytes) -> ImageLayer:
    with cache.writing_blob() as writer:
        writer.write(tar)
    blob = writer.done()
    return ImageLayer(Descriptor(LAYER, blob.digest, blob.size), blob.digest, lambda: blob.path)

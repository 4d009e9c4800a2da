"""A Layer becomes a blob: a tar whose bytes depend on nothing but contents, compressed on its way into the cache."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from hookkit.cache import Blob, BlobWriter, Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.layer import Layer, LayerEntry, LayerFile, LayerLink, chunks
from hookkit.image.oci.compression import NONE, Compression, Compressor
from hookkit.image.oci.model import LAYER, LAYER_GZIP, LAYER_ZSTD, Descriptor, ImageLayer

#: Goes up when the same layer is to give other bytes.
_FORMAT: Final = 1
_KIND: Final = "layers"
_BUFFER: Final = 1 << 20
#: How a layer starts that is stored in another way than as it is.
_STARTS: Final = {b"\x1f\x8b": LAYER_GZIP, b"\x28\xb5\x2f\xfd": LAYER_ZSTD}


class _Packing(io.RawIOBase):
    """Takes a tar's bytes, hashes them, and hands them on compressed."""

    def __init__(self, compressor: Compressor, blob: BlobWriter) -> None:
        self._compressor = compressor
        self._blob = blob
        self._hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._hash.update(data)
        self.size += len(data)
        self._blob.write(self._compressor.compress(data))
        return len(data)

    def tell(self) -> int:
        return self.size

    def finish(self) -> None:
        self._blob.write(self._compressor.flush())

    @property
    def diff_id(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"


def pack_layer(cache: Cache, layer: Layer, compression: Compression) -> ImageLayer:
    """The layer as a blob of the cache; packed once for its key and compression.

    Raises:
        BuildError: a file of the layer can't be read.
        CacheError: the cache can't be written.

    """
    return pack_once(cache, f"{layer.target}\0{layer.key}", compression, lambda tar: _add_all(tar, layer))


def packed_layer(cache: Cache, target: str, key: str, compression: Compression) -> ImageLayer | None:
    """The layer of a target and key, if it was packed before."""
    return _known(cache, _full_key(f"{target}\0{key}", compression), compression)


def pack_once(cache: Cache, key: str, compression: Compression, fill: Callable[[tarfile.TarFile], None]) -> ImageLayer:
    """A layer that `fill` writes as a tar, once for a key.

    Args:
        cache: keeps the blob, and what is known of it.
        key: equal keys, equal tars.
        compression: how the blob is stored.
        fill: adds members; it has to give the same ones for the same key.

    """

    def write(blob: BlobWriter) -> str:
        with _tar_into(blob, compression) as (tar, packing):
            fill(tar)
        return packing.diff_id

    return _stored_once(cache, key, compression, write)


def recompressed(cache: Cache, layer: ImageLayer, compression: Compression) -> ImageLayer:
    """A layer that lies uncompressed (engines give them so), stored in another way; any other as it is."""
    if layer.descriptor.media_type != LAYER or compression == NONE:
        return layer

    def write(blob: BlobWriter) -> str:
        compressor = compression.compressor()
        with layer.fetch().open("rb") as content:
            for chunk in chunks(content):
                blob.write(compressor.compress(chunk))
        blob.write(compressor.flush())
        return layer.diff_id

    return _stored_once(cache, layer.diff_id, compression, write)


def _stored_once(cache: Cache, key: str, compression: Compression, write: Callable[[BlobWriter], str]) -> ImageLayer:
    """The layer of a key; where it isn't known, `write` stores it and says the digest of its tar."""
    full_key = _full_key(key, compression)
    if known := _known(cache, full_key, compression):
        return known
    with cache.writing_blob() as blob:
        diff_id = write(blob)
    packed = blob.done()
    cache.remember(_KIND, full_key, {"digest": packed.digest, "size": packed.size, "diff_id": diff_id})
    return _layer(packed, diff_id, compression.media_type)


def _full_key(key: str, compression: Compression) -> str:
    return json.dumps([_FORMAT, compression.name, key])


def _known(cache: Cache, key: str, compression: Compression) -> ImageLayer | None:
    match cache.fact(_KIND, key):
        case {"digest": str(digest), "size": int(size), "diff_id": str(diff_id)}:
            blob = cache.blob(digest, size)
            return _layer(blob, diff_id, compression.media_type) if blob else None
    return None


def _layer(blob: Blob, diff_id: str, media_type: str) -> ImageLayer:
    return ImageLayer(Descriptor(media_type, blob.digest, blob.size), diff_id, lambda: blob.path)


# ---------------------------------------------------------------- the tar


@contextmanager
def _tar_into(blob: BlobWriter, compression: Compression) -> Iterator[tuple[tarfile.TarFile, _Packing]]:
    packing = _Packing(compression.compressor(), blob)
    with io.BufferedWriter(packing, _BUFFER) as buffer:
        with tarfile.TarFile(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, copybufsize=_BUFFER) as tar:
            yield tar, packing
        buffer.flush()
        packing.finish()


def _add_all(tar: tarfile.TarFile, layer: Layer) -> None:
    for folder in _folders(layer):
        add_folder(tar, folder)
    for entry in layer.entries:
        add_entry(tar, layer.target.lstrip("/"), entry)


def _folders(layer: Layer) -> list[str]:
    """Every folder on the way to an entry, sorted."""
    root = PurePosixPath(layer.target.lstrip("/"))
    parents = {parent for entry in layer.entries for parent in (root / entry.path).parents}
    return sorted(str(parent) for parent in parents if parent.parts)


def add_folder(tar: tarfile.TarFile, path: str) -> None:
    """Add a folder to a tar."""
    tar.addfile(_member(path, tarfile.DIRTYPE, 0o755))


def add_entry(tar: tarfile.TarFile, root: str, entry: LayerEntry) -> None:
    """Add a file or link below a folder of the tar.

    Raises:
        BuildError: the file can't be read.

    """
    path = f"{root}/{entry.path}" if root else entry.path
    if isinstance(entry, LayerLink):
        link = _member(path, tarfile.SYMTYPE, 0o777)
        link.linkname = entry.target
        tar.addfile(link)
        return
    member = _member(path, tarfile.REGTYPE, 0o755 if entry.executable else 0o644)
    with _opened(entry) as content:
        member.size = content.seek(0, io.SEEK_END)
        content.seek(0)
        tar.addfile(member, content)


def _member(path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    """A member without a time, owned by root, whoever builds and whatever their umask."""
    member = tarfile.TarInfo(path)
    member.type = kind
    member.mode = mode
    return member


def _opened(entry: LayerFile) -> IO[bytes]:
    if isinstance(entry.source, bytes):
        return io.BytesIO(entry.source)
    try:
        return Path(entry.source).open("rb")
    except OSError as error:
        problem = Problem(str(entry.source), f"can't be read: {error.strerror}", "mend its permissions")
        raise BuildError(problem) from None


def media_type_of(first_bytes: bytes) -> str:
    """What a layer of unknown making is, by how it starts."""
    return next((kind for magic, kind in _STARTS.items() if first_bytes.startswith(magic)), LAYER)

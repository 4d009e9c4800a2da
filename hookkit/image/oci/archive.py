"""Images go into a tar that is a layout and that `docker load` takes; and come out of one, or of a `docker save`.

Source of the older form: the Docker Image Specification 1.2, "Combined Image JSON + Filesystem Changeset Format".
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Final

from hookkit.errors import BuildError, Problem
from hookkit.image.layer import chunks
from hookkit.image.oci.blobs import verified
from hookkit.image.oci.layout import INDEX_FILE, MARKER, MARKER_TEXT, blob_path, layout_index, small_blobs
from hookkit.image.oci.model import CONFIG, INDEX, MANIFEST, Descriptor, Image, ImageLayer, json_bytes
from hookkit.image.oci.pack import media_type_of
from hookkit.reference import ImageReference

_DOCKER_MANIFEST: Final = "manifest.json"
_MOST_LINKS: Final = 8
_BUFFER: Final = 1 << 20


# ---------------------------------------------------------------- writing


def write_archive(
    file: IO[bytes], images: tuple[Image, ...], reference: ImageReference, *, without: frozenset[str] = frozenset()
) -> None:
    """Write an image as a tar.

    Args:
        file: need not be seekable.
        images: one a platform; engines that read Docker's older manifest alone load the first.
        reference: the name that the image has when it's loaded.
        without: digests of layers whose bytes are left out, because the reader has them.

    Raises:
        DamagedBlobError: a blob of the cache is damaged; what was written is then of no use.

    """
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_BUFFER) as tar:
        # What says how to read the rest comes first.
        _add(tar, MARKER, MARKER_TEXT)
        _add(tar, INDEX_FILE, layout_index(images, reference))
        _add(tar, _DOCKER_MANIFEST, json_bytes([_docker_manifest(images[0], reference)]))
        for digest, content in sorted(small_blobs(images).items()):
            _add(tar, blob_path(digest), content)
        for layer in _distinct(images):
            if layer.descriptor.digest not in without:
                _add_layer(tar, layer)


def _docker_manifest(image: Image, reference: ImageReference) -> Mapping[str, Any]:
    return {
        "Config": blob_path(image.config_descriptor.digest),
        "RepoTags": [str(reference.with_tag(reference.tag or "latest"))],
        "Layers": [blob_path(layer.descriptor.digest) for layer in image.layers],
    }


def _distinct(images: tuple[Image, ...]) -> list[ImageLayer]:
    return list({layer.descriptor.digest: layer for image in images for layer in image.layers}.values())


def _add(tar: tarfile.TarFile, path: str, content: bytes) -> None:
    member = tarfile.TarInfo(path)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def _add_layer(tar: tarfile.TarFile, layer: ImageLayer) -> None:
    member = tarfile.TarInfo(blob_path(layer.descriptor.digest))
    member.size = layer.descriptor.size
    tar.addfile(member, _Verified(layer))


class _Verified(io.RawIOBase):
    """The blob of a layer as a file that tarfile reads."""

    def __init__(self, layer: ImageLayer) -> None:
        self._chunks = verified(layer.fetch(), layer.descriptor)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """As many bytes as were asked for, since tarfile takes fewer for the end."""
        parts = []
        while size and (self._left or self._refill()):
            parts.append(bytes(self._left[:size]))
            self._left = self._left[len(parts[-1]) :]
            size -= len(parts[-1])
        if not size and not self._left:
            self._refill()  # the digest is held against the bytes when they end
        return b"".join(parts)

    def _refill(self) -> bool:
        self._left = memoryview(next(self._chunks, b""))
        return bool(self._left)


# ---------------------------------------------------------------- reading


@dataclass(frozen=True)
class ArchiveSource:
    """An ImageSource over a tar, which is read where it lies: nothing is unpacked."""

    file: Path

    def root(self) -> tuple[str, bytes]:
        """The index of a layout; or a manifest made of what Docker's older form says.

        Raises:
            BuildError: the file is no image.

        """
        with self._opened() as tar:
            if INDEX_FILE in self._members:
                return INDEX, self._read(tar, INDEX_FILE)
            return MANIFEST, json_bytes(self._manifest(tar))

    @contextmanager
    def blob(self, descriptor: Descriptor) -> Iterator[IO[bytes]]:
        """The member that holds a blob."""
        with self._opened() as tar:
            name = blob_path(descriptor.digest)
            yield self._open(tar, name if name in self._members else self._by_digest[descriptor.digest])

    @cached_property
    def _members(self) -> Mapping[str, tarfile.TarInfo]:
        with self._opened() as tar:
            return {member.name.removeprefix("./"): member for member in tar}

    @cached_property
    def _by_digest(self) -> Mapping[str, str]:
        """The digest of each part of Docker's older form -> its member."""
        with self._opened() as tar:
            said = self._docker_manifest(tar)
            return {self._described(tar, name).digest: name for name in (said["Config"], *said["Layers"])}

    @contextmanager
    def _opened(self) -> Iterator[tarfile.TarFile]:
        try:
            # Not "r:*": the members of a compressed tar can't be read where they lie.
            with tarfile.open(self.file, "r:") as tar:
                yield tar
        except tarfile.TarError as error:
            remedy = "name a file that `docker save` or `hookkit build --output tar:FILE` wrote"
            raise BuildError(Problem(str(self.file), f"is no tar of an image: {error}", remedy)) from None
        except OSError as error:
            problem = Problem(str(self.file), f"can't be read: {error.strerror or error}", "name a file that is there")
            raise BuildError(problem) from None

    def _manifest(self, tar: tarfile.TarFile) -> Mapping[str, Any]:
        said = self._docker_manifest(tar)
        config = self._described(tar, said["Config"])
        layers = [self._described(tar, name).to_json() for name in said["Layers"]]
        return {
            "schemaVersion": 2,
            "config": Descriptor(CONFIG, config.digest, config.size).to_json(),
            "layers": layers,
        }

    def _docker_manifest(self, tar: tarfile.TarFile) -> Mapping[str, Any]:
        images = json.loads(self._read(tar, _DOCKER_MANIFEST))
        if len(images) != 1:
            raise ValueError(f"it holds {len(images)} images, not one")
        return dict(images[0])

    def _described(self, tar: tarfile.TarFile, name: str) -> Descriptor:
        """A member's digest and size; what it's stored as shows in its first bytes."""
        digest, size, start = hashlib.sha256(), 0, b""
        for chunk in chunks(self._open(tar, name)):
            start = start or chunk[:4]
            digest.update(chunk)
            size += len(chunk)
        return Descriptor(media_type_of(start), f"sha256:{digest.hexdigest()}", size)

    def _read(self, tar: tarfile.TarFile, name: str) -> bytes:
        return self._open(tar, name).read()

    def _open(self, tar: tarfile.TarFile, name: str) -> IO[bytes]:
        """A member's bytes; older engines write a layer that two images share as a link."""
        member = self._members.get(name)
        for _ in range(_MOST_LINKS):
            if member is None or not (member.issym() or member.islnk()):
                break
            member = self._members.get(_led_to(name, member))
        file = tar.extractfile(member) if member is not None and member.isreg() else None
        if file is None:
            raise ValueError(f"it has no {name}")
        return file


def _led_to(name: str, link: tarfile.TarInfo) -> str:
    """The member that a link leads to: `../<id>/layer.tar`."""
    if link.islnk():
        return link.linkname
    parts: list[str] = []
    for part in (*Path(name).parent.parts, *Path(link.linkname).parts):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)

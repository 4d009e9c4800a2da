"""What an ImageSource serves (a registry, a folder, a file) becomes an Image: each byte is held against its digest."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import IO, Any, Final, Protocol

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.layer import chunks
from hookkit.image.oci.model import Descriptor, Image, ImageLayer, digest_of
from hookkit.image.platform import Platform
from hookkit.reference import ImageReference

#: Manifests and configurations are small; what is larger is none, and is not read into memory.
_MOST_JSON_BYTES: Final = 8 << 20
_ROOTS: Final = "roots"
_MOST_INDEXES: Final = 2


class ImageSource(Protocol):
    """Where an image lies. It checks nothing: whoever reads from it does."""

    def root(self) -> tuple[str, bytes]:
        """Media type (OCI's) and bytes of the manifest or index that the source was opened for.

        Raises:
            ValueError: it's damaged.
            HookkitError: there is none, or it can't be had.

        """
        ...

    def blob(self, descriptor: Descriptor) -> AbstractContextManager[IO[bytes]]:
        """The bytes of a manifest, configuration or layer, to be read once.

        Raises:
            ValueError: it isn't there, or is damaged.
            HookkitError: it can't be had.

        """
        ...


@dataclass(frozen=True)
class LazySource:
    """A source that is opened when it's asked for something that the cache lacks."""

    open: Callable[[], ImageSource]

    @cached_property
    def _source(self) -> ImageSource:
        return self.open()

    def root(self) -> tuple[str, bytes]:
        """As the source's."""
        return self._source.root()

    def blob(self, descriptor: Descriptor) -> AbstractContextManager[IO[bytes]]:
        """As the source's."""
        return self._source.blob(descriptor)


@dataclass(frozen=True)
class ImageReader:
    """Reads images from a source by way of the cache.

    Attributes:
        name: of the image, for messages.
        origin: the repository that the source reads from, where it's a registry's.
        digest: that the manifest or index must have; it's then asked for once. "" for whatever there is.

    """

    cache: Cache
    source: ImageSource
    name: str
    origin: ImageReference | None = None
    digest: str = ""

    def read(self, platform: Platform) -> Image:
        """The image for a platform; layers are had when they are needed.

        Raises:
            BuildError: it is none, is damaged, or is of other platforms.
            HookkitError: it can't be had.

        """
        with self._understood():
            manifest = _mapping(self.root())
            for _ in range(_MOST_INDEXES):  # a layout's index may name the index of an image
                if "manifests" in manifest:
                    manifest = _mapping(self._small(self._chosen(manifest, platform)))
            return self._image(manifest, platform)

    def root(self) -> bytes:
        """The manifest or index that the source was opened for.

        Raises:
            ValueError: it has another digest.
            HookkitError: it can't be had.

        """
        size = self.cache.fact(_ROOTS, self.digest) if self.digest else None
        if isinstance(size, int) and (known := self.cache.blob(self.digest, size)):
            content = known.path.read_bytes()
            if digest_of(content) == self.digest:
                return content
        content = self.source.root()[1]
        with self.cache.writing_blob(self.digest) as writer:
            writer.write(content)
        self.cache.remember(_ROOTS, writer.done().digest, writer.size)
        return content

    def fetch(self, descriptor: Descriptor) -> Path:
        """The file in the cache that holds a blob, downloaded and held against its digest where it isn't there yet.

        Raises:
            BuildError: it's not what its digest says.
            HookkitError: it can't be had.

        """
        if known := self.cache.blob(descriptor.digest, descriptor.size):
            return known.path
        with (
            self._understood(),
            self.cache.writing_blob(descriptor.digest) as writer,
            self.source.blob(descriptor) as one,
        ):
            for chunk in chunks(one):
                writer.write(chunk)
                if writer.size > descriptor.size:
                    raise ValueError(f"a blob is longer than the {descriptor.size} bytes that it should have")
        return writer.done().path

    def _chosen(self, index: Mapping[str, Any], platform: Platform) -> Descriptor:
        images = [Descriptor.from_json(one) for one in index["manifests"]]
        fitting = [one for one in images if one.platform in {platform, None}]
        if not fitting:
            others = ", ".join(sorted({str(one.platform) for one in images})) or "none at all"
            raise BuildError(Problem(self.name, f"is not for {platform} but for {others}", "choose another image"))
        return fitting[0]

    def _image(self, manifest: Mapping[str, Any], platform: Platform) -> Image:
        descriptors = [Descriptor.from_json(one) for one in manifest["layers"]]
        config_bytes = self._small(Descriptor.from_json(manifest["config"]))
        config = _mapping(config_bytes)
        built = Platform(str(config["os"]), str(config["architecture"]))
        if built != platform:
            raise BuildError(Problem(self.name, f"is for {built}, not for {platform}", "choose another image"))
        diff_ids = [str(one) for one in config["rootfs"]["diff_ids"]]
        layers = tuple(self._layer(one, diff_id) for one, diff_id in zip(descriptors, diff_ids, strict=True))
        return Image(config_bytes, layers, manifest.get("annotations") or {})

    def _layer(self, descriptor: Descriptor, diff_id: str) -> ImageLayer:
        return ImageLayer(descriptor, diff_id, partial(self.fetch, descriptor), self.origin)

    def _small(self, descriptor: Descriptor) -> bytes:
        """A blob that fits into memory: a manifest or a configuration."""
        if descriptor.size > _MOST_JSON_BYTES:
            raise ValueError(f"a manifest of {descriptor.size} bytes")
        content = self.fetch(descriptor).read_bytes()
        if digest_of(content) == descriptor.digest:
            return content
        self.cache.forget_blob(descriptor.digest)  # damaged in the cache
        return self.fetch(descriptor).read_bytes()

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """What is not as the specification has it becomes one line about the image."""
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            words = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
            problem = Problem(self.name, f"is no image, or a damaged one: {words}", "make or pull it anew")
            raise BuildError(problem) from None


def _mapping(content: bytes) -> Mapping[str, Any]:
    data = json.loads(content)
    if not isinstance(data, dict):
        raise ValueError("its manifest or configuration is not an object of JSON")
    return data

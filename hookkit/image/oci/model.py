"""JSON of OCI's image specification (and Docker's, its elder) becomes Descriptors and Images, and back.

Source: the OCI Image Format Specification 1.1, `descriptor.md`, `manifest.md`, `image-index.md`, `config.md`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from hookkit.image.platform import Platform
from hookkit.reference import ImageReference, is_digest

MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
INDEX: Final = "application/vnd.oci.image.index.v1+json"
CONFIG: Final = "application/vnd.oci.image.config.v1+json"
LAYER: Final = "application/vnd.oci.image.layer.v1.tar"
LAYER_GZIP: Final = f"{LAYER}+gzip"
LAYER_ZSTD: Final = f"{LAYER}+zstd"
#: Docker's own media types -> OCI's, of the same content.
DOCKER_TYPES: Final[Mapping[str, str]] = {
    "application/vnd.docker.distribution.manifest.v2+json": MANIFEST,
    "application/vnd.docker.distribution.manifest.list.v2+json": INDEX,
    "application/vnd.docker.container.image.v1+json": CONFIG,
    "application/vnd.docker.image.rootfs.diff.tar": LAYER,
    "application/vnd.docker.image.rootfs.diff.tar.gzip": LAYER_GZIP,
}
#: The time of everything in an image: there is none, so that the same inputs give the same bytes.
NO_TIME: Final = "1970-01-01T00:00:00Z"


def digest_of(content: bytes) -> str:
    """`sha256:…` of some bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def json_bytes(value: Any) -> bytes:
    """The one way that hookkit writes JSON that is known by its digest."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Descriptor:
    """What a blob is: its type in OCI's words, digest, size in bytes, and the platform where it's an image of one."""

    media_type: str
    digest: str
    size: int
    platform: Platform | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read a descriptor; ValueError where it is none, or one that's not addressed by SHA-256."""
        match data:
            case {"mediaType": str(media_type), "digest": str(digest), "size": int(size)} if size >= 0:
                if not is_digest(digest):
                    raise ValueError(f"{digest[:80]!r} is no digest of SHA-256")
                return cls(
                    DOCKER_TYPES.get(media_type, media_type),
                    digest,
                    size,
                    _platform(data.get("platform")),
                    data.get("annotations") or {},
                )
        raise ValueError("it holds something else than descriptors")

    def to_json(self) -> dict[str, Any]:
        """As the specification writes it."""
        data: dict[str, Any] = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        if self.platform is not None:
            data["platform"] = {"os": self.platform.os, "architecture": self.platform.architecture}
        return data | ({"annotations": dict(self.annotations)} if self.annotations else {})


def _platform(data: Any) -> Platform | None:
    match data:
        case {"os": str(system), "architecture": str(architecture)}:
            return Platform(system, architecture)
    return None


@dataclass(frozen=True)
class ImageLayer:
    """A layer of an image.

    Attributes:
        descriptor: of the blob as it's stored and sent.
        diff_id: the digest of its tar, uncompressed.
        fetch: gives the file that holds the blob, in the cache; it may have to be downloaded for that.
        origin: a repository of a registry that has the blob, so that it need not be sent to the same registry again.

    """

    descriptor: Descriptor
    diff_id: str
    fetch: Callable[[], Path] = field(compare=False, repr=False)
    origin: ImageReference | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Image:
    """An image of one platform, whole: its configuration and its layers, from the bottom up.

    Attributes:
        config_bytes: the configuration as a blob; its `rootfs` fits the layers.
        annotations: of the manifest.

    """

    config_bytes: bytes
    layers: tuple[ImageLayer, ...]
    annotations: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The configuration: `architecture`, `os`, `config`, `rootfs`, `history`."""
        config: dict[str, Any] = json.loads(self.config_bytes)
        return config

    @property
    def process(self) -> Mapping[str, Any]:
        """What the configuration says of a container's process: `Env`, `User`, `Entrypoint`, `Labels`."""
        return self.config.get("config") or {}

    @property
    def environment(self) -> dict[str, str]:
        """The variables of that process."""
        return dict(one.partition("=")[::2] for one in self.process.get("Env") or [])

    @property
    def platform(self) -> Platform:
        """What it is for."""
        return Platform(self.config["os"], self.config["architecture"])

    @property
    def config_descriptor(self) -> Descriptor:
        """Of the configuration; its digest is what engines call the image's ID."""
        return Descriptor(CONFIG, digest_of(self.config_bytes), len(self.config_bytes))

    @cached_property
    def manifest_bytes(self) -> bytes:
        """The manifest, whose digest is the image's."""
        manifest: dict[str, Any] = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.config_descriptor.to_json(),
            "layers": [layer.descriptor.to_json() for layer in self.layers],
        }
        return json_bytes(manifest | ({"annotations": dict(self.annotations)} if self.annotations else {}))

    @property
    def descriptor(self) -> Descriptor:
        """Of the manifest."""
        return Descriptor(MANIFEST, digest_of(self.manifest_bytes), len(self.manifest_bytes), self.platform)


def index_bytes(images: tuple[Image, ...]) -> bytes:
    """The index of one image for several platforms."""
    manifests = [image.descriptor.to_json() for image in images]
    return json_bytes({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests})

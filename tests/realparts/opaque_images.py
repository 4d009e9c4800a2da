"""Bytes, whatever they are, become layers of an Image: registries don't look inside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hookkit.cache import Cache
from hookkit.image.oci.model import LAYER, Descriptor, Image, ImageLayer, json_bytes
from hookkit.reference import ImageReference


def layer_of(cache: Cache, content: bytes, origin: ImageReference | None = None) -> ImageLayer:
    """A layer whose bytes are in the cache."""
    with cache.writing_blob() as writer:
        writer.write(content)
    blob = writer.done()
    return layer_at(blob.digest, blob.size, lambda: blob.path, origin)


def layer_at(digest: str, size: int, fetch: Callable[[], Path], origin: ImageReference | None = None) -> ImageLayer:
    """A layer that has to be fetched, not compressed."""
    return ImageLayer(Descriptor(LAYER, digest, size), digest, fetch, origin)


def image_of(*layers: ImageLayer, architecture: str = "amd64", **config: Any) -> Image:
    """An image of these layers."""
    diff_ids = [layer.diff_id for layer in layers]
    rootfs = {"type": "layers", "diff_ids": diff_ids}
    return Image(json_bytes({"os": "linux", "architecture": architecture, "config": config, "rootfs": rootfs}), layers)

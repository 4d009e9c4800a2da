"""A few files become an image in the cache, as small as an image can be."""

from hookkit.cache import Cache
from hookkit.image.layer import Layer, LayerFile
from hookkit.image.oci.compression import Compression, best_gzip
from hookkit.image.oci.model import Image, json_bytes
from hookkit.image.oci.pack import pack_layer
from hookkit.image.platform import Platform

AMD64 = Platform("linux", "amd64")


def small_image(
    cache: Cache, content: bytes = b"hello", platform: Platform = AMD64, compression: Compression | None = None
) -> Image:
    """An image of two layers, one of which holds the content."""
    layers = tuple(
        pack_layer(cache, Layer(name, name, f"/opt/{name}", (LayerFile("file", held),)), compression or best_gzip())
        for name, held in (("base", b"base"), ("code", content))
    )
    config = {
        "architecture": platform.architecture,
        "os": platform.os,
        "config": {"Env": ["PATH=/usr/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
    }
    return Image(json_bytes(config), layers)

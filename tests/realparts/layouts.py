"""The running Python becomes a base image in OCI's image layout: for builds without an engine, offline."""

import json
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from realparts import python_image
from realparts.once import turn

from hookkit.cache import Cache
from hookkit.image.base.decompress import decompressed
from hookkit.image.oci.compression import best_gzip
from hookkit.image.oci.layout import LayoutSource, write_layout
from hookkit.image.oci.model import LAYER, Descriptor, Image, ImageLayer, json_bytes
from hookkit.image.oci.pack import recompressed
from hookkit.image.oci.source import ImageReader
from hookkit.image.platform import Platform
from hookkit.reference import ImageReference

#: Of an image that says it's for arm64, the programs are still this machine's: nothing of a base runs in a build.
PLATFORMS = (Platform("linux", "amd64"), Platform("linux", "arm64"))
NAME = ImageReference("python", tag="slim")


@pytest.fixture(scope="session")
def python_layout(shared_folder: Path) -> Path:
    """A layout with the running Python as a base, for both platforms; it's made once a test run."""
    folder = shared_folder / "python-layout"
    with turn(shared_folder / "python-layout.lock"):
        if not (folder / "index.json").is_file():
            with tempfile.TemporaryDirectory() as scratch:
                cache = Cache(Path(scratch))
                write_layout(folder, _images(cache), NAME)
    return folder


def _images(cache: Cache) -> tuple[Image, ...]:
    with tempfile.NamedTemporaryFile(suffix=".tar") as tar, cache.writing_blob() as writer:
        python_image.write_tar(Path(tar.name))
        writer.write(Path(tar.name).read_bytes())
    blob = writer.done()
    plain = ImageLayer(Descriptor(LAYER, blob.digest, blob.size), blob.digest, lambda: blob.path)
    layer = recompressed(cache, plain, best_gzip())
    return tuple(Image(json_bytes(_config(platform, layer)), (layer,)) for platform in PLATFORMS)


def _config(platform: Platform, layer: ImageLayer) -> Mapping[str, Any]:
    environment = ["PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]
    return {
        "architecture": platform.architecture,
        "os": platform.os,
        "config": {"Cmd": ["python3"], "Env": environment, "Labels": {"of": "the base"}},
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id]},
        "history": [{"created_by": "the tests"}],
    }


# ---------------------------------------------------------------- looking into a layout


def read_image(folder: Path, scratch: Path, platform: Platform = PLATFORMS[0]) -> Image:
    """The only image of a layout, with its layers checked against their digests as they are fetched."""
    return ImageReader(Cache(scratch), LayoutSource(folder), str(folder)).read(platform)


def digest_of_layout(folder: Path) -> str:
    """The digest of the only image of a layout."""
    [manifest] = json.loads((folder / "index.json").read_bytes())["manifests"]
    return str(manifest["digest"])


def files_of(image: Image) -> dict[str, bytes]:
    """What an image's layers hold, by path; links are left out."""
    return {name: content for layer in image.layers for name, content in _members(layer)}


def _members(layer: ImageLayer) -> Iterator[tuple[str, bytes]]:
    with (
        layer.fetch().open("rb") as blob,
        decompressed(blob) as content,
        tarfile.open(fileobj=content, mode="r|") as tar,
    ):
        for member in tar:
            file = tar.extractfile(member) if member.isreg() else None
            if file is not None:
                yield member.name, file.read()


__all__ = ["PLATFORMS", "digest_of_layout", "files_of", "python_layout", "read_image"]

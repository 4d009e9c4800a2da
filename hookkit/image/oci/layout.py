"""Images go into a folder of OCI's image layout and come out of one; so do those of a tar of such a folder.

Source: the OCI Image Format Specification 1.1, `image-layout.md`.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from hookkit.errors import BuildError, Problem
from hookkit.image.oci.blobs import verified
from hookkit.image.oci.model import INDEX, Descriptor, Image, digest_of, index_bytes, json_bytes
from hookkit.reference import ImageReference
from hookkit.whole import whole_file, write_whole

MARKER: Final = "oci-layout"
MARKER_TEXT: Final = b'{"imageLayoutVersion":"1.0.0"}'
INDEX_FILE: Final = "index.json"
#: The annotation that holds an image's tag, and the one with its whole name (containerd's, and so everybody's).
REF_NAME: Final = "org.opencontainers.image.ref.name"
IMAGE_NAME: Final = "io.containerd.image.name"


def blob_path(digest: str) -> str:
    """Where a blob lies below the layout."""
    return f"blobs/{digest.replace(':', '/')}"


def top_descriptor(images: tuple[Image, ...], reference: ImageReference) -> Descriptor:
    """What the layout's index says of an image: its manifest, or the index of its platforms, under its name."""
    annotations = {REF_NAME: reference.tag or "latest", IMAGE_NAME: str(reference)}
    if len(images) == 1:
        only = images[0].descriptor
        return Descriptor(only.media_type, only.digest, only.size, only.platform, annotations)
    index = index_bytes(images)
    return Descriptor(INDEX, digest_of(index), len(index), annotations=annotations)


def small_blobs(images: tuple[Image, ...]) -> dict[str, bytes]:
    """Manifests, configurations and the index of an image by their digests."""
    found = [content for image in images for content in (image.config_bytes, image.manifest_bytes)]
    if len(images) > 1:
        found.append(index_bytes(images))
    return {digest_of(content): content for content in found}


# ---------------------------------------------------------------- reading


@dataclass(frozen=True)
class LayoutSource:
    """An ImageSource over a folder.

    Attributes:
        tag: which of its images; the only one where it is "".

    """

    folder: Path
    tag: str = ""

    def root(self) -> tuple[str, bytes]:
        """The index of the layout, or the image of the tag in it."""
        index = _read_index(self.folder)
        found = [one for one in index["manifests"] if self.tag in {"", one.get("annotations", {}).get(REF_NAME)}]
        if len({one["digest"] for one in found}) != 1:
            tags = ", ".join(sorted(str(one.get("annotations", {}).get(REF_NAME)) for one in index["manifests"]))
            what = f"holds {'no' if not found else 'more than one'} image {self.tag}".rstrip()
            raise BuildError(Problem(str(self.folder), what, f"it has {tags or 'none'}; make it anew with one image"))
        return INDEX, json_bytes({"schemaVersion": 2, "manifests": found[:1]})

    @contextmanager
    def blob(self, descriptor: Descriptor) -> Iterator[IO[bytes]]:
        """The file of a blob."""
        try:
            file = (self.folder / blob_path(descriptor.digest)).open("rb")
        except OSError as error:
            raise ValueError(f"{error.filename}: {error.strerror}") from None
        with file:
            yield file


def _read_index(folder: Path) -> Mapping[str, Any]:
    try:
        index = json.loads((folder / INDEX_FILE).read_bytes())
        if (folder / MARKER).is_file() and isinstance(index["manifests"], list):
            return dict(index)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise BuildError(Problem(str(folder), "is no OCI image layout", f"name a folder that holds {MARKER}"))


# ---------------------------------------------------------------- writing


def layout_index(images: tuple[Image, ...], reference: ImageReference, others: list[Any] | None = None) -> bytes:
    """The text of index.json."""
    manifests = [*(others or []), top_descriptor(images, reference).to_json()]
    return json_bytes({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests})


def write_layout(folder: Path, images: tuple[Image, ...], reference: ImageReference) -> Descriptor:
    """Put an image into a layout; blobs that are there already are not written again.

    It takes the place of earlier images of its name, whatever their tags. The index comes last, so what was there
    before stands until all of the image is; blobs that no image of the layout needs any more go.

    Returns:
        The descriptor of the image, or of its index where it's for several platforms.

    Raises:
        BuildError: the folder is something else than a layout, or can't be written.
        DamagedBlobError: a blob of the cache is damaged.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            return _write(folder, images, reference)
    except OSError as error:
        remedy = "free some space, or name a folder that you may write to"
        raise BuildError(Problem(str(folder), f"can't be written: {error.strerror}", remedy)) from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two builds into one layout wait for each other: what one writes the other might take for waste."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(folder: Path, images: tuple[Image, ...], reference: ImageReference) -> Descriptor:
    others = _other_images(folder, reference)
    (folder / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
    for digest, content in small_blobs(images).items():
        write_whole(folder / blob_path(digest), content)
    for image in images:
        for layer in image.layers:
            path = folder / blob_path(layer.descriptor.digest)
            if not _is_there(path, layer.descriptor.size):
                _copy(layer.fetch(), path, layer.descriptor)
    write_whole(folder / MARKER, MARKER_TEXT)
    write_whole(folder / INDEX_FILE, layout_index(images, reference, others))
    _remove_waste(folder)
    return top_descriptor(images, reference)


def _other_images(folder: Path, reference: ImageReference) -> list[dict[str, Any]]:
    """What else the layout holds; a folder that holds anything but a layout is not written into."""
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    if not names or names == {"blobs"}:
        return []
    return [one for one in _read_index(folder)["manifests"] if _name(one) != reference.name]


def _name(entry: Mapping[str, Any]) -> str:
    """The name of an image in an index, without tag and digest."""
    try:
        return ImageReference.parse(entry["annotations"][IMAGE_NAME]).name
    except (KeyError, TypeError, ValueError):
        return ""


def _is_there(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _copy(source: Path, path: Path, descriptor: Descriptor) -> None:
    with whole_file(path) as file:
        for chunk in verified(source, descriptor):
            file.write(chunk)


def _remove_waste(folder: Path) -> None:
    needed = {Path(blob_path(digest)).name for digest in _needed(folder, _read_index(folder))}
    for path in (folder / "blobs" / "sha256").iterdir():
        if path.name not in needed:
            path.unlink()


def _needed(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """The digests of all that a manifest or index leads to."""
    parts = [*manifest.get("layers", []), manifest["config"]] if "config" in manifest else []
    yield from (str(part["digest"]) for part in parts)
    for one in manifest.get("manifests", []):
        yield str(one["digest"])
        file = folder / blob_path(str(one["digest"]))
        yield from _needed(folder, json.loads(file.read_bytes())) if file.is_file() else ()

"""Images go where they are wanted: a folder, a file, an engine, a registry."""

from pathlib import Path

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.builder import Delivered, Watcher, unwatched
from hookkit.image.oci.compression import NONE, Compression, best_gzip
from hookkit.image.oci.layout import write_layout
from hookkit.image.oci.model import Image
from hookkit.reference import REGISTRY, ImagePlace, ImageReference
from hookkit.whole import whole_file


def compression_for(place: ImagePlace) -> Compression:
    """How layers are best stored on their way there: engines unpack them at once."""
    return NONE if place.transport == "docker" else best_gzip()


def deliver(
    images: tuple[Image, ...], place: ImagePlace, reference: ImageReference, cache: Cache, watch: Watcher = unwatched
) -> Delivered:
    """Write, load or push an image; what was there before stands until all of the new one is.

    Args:
        images: one a platform.
        place: where to.
        reference: how it's called where the place does not say so itself.
        cache: that the layers lie in.
        watch: hears of bytes on their way.

    Raises:
        HookkitError: it can't be written, the engine refuses it, the registry does.

    """
    match place.transport:
        case "oci":
            write_layout(Path(place.name), images, reference)
            return Delivered(place, reference)
        case "tar":
            _write_tar(Path(place.name), images, reference)
            return Delivered(place, reference)
        case "docker":
            return Delivered(place, _load(images, ImageReference.parse(place.name) if place.name else reference, watch))
        case transport if transport == REGISTRY:
            target = place.reference
            return Delivered(place, _push(images, target.with_tag(target.tag or reference.tag), cache, watch))
    raise ValueError(f"no image goes to {place}")


def _write_tar(file: Path, images: tuple[Image, ...], reference: ImageReference) -> None:
    from hookkit.image.oci.archive import write_archive

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as out:
            write_archive(out, images, reference)
    except OSError as error:
        remedy = "free some space, or name a file that you may write"
        raise BuildError(Problem(str(file), f"can't be written: {error.strerror}", remedy)) from None


def _load(images: tuple[Image, ...], reference: ImageReference, watch: Watcher) -> ImageReference:
    from hookkit.image.docker.engine import connect, engine_platform
    from hookkit.image.docker.images import load_image

    with connect() as client:
        here = engine_platform(client)
        fitting = next((image for image in images if image.platform == here), images[0])
        return load_image(client, fitting, reference, watch)


def _push(images: tuple[Image, ...], target: ImageReference, cache: Cache, watch: Watcher) -> ImageReference:
    from hookkit.image.registry.target import RegistryTarget

    return RegistryTarget(cache).put(images, target, watch)

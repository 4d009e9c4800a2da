"""A Base becomes the Image that is built on: fetched or assembled, with the packages that are added to it."""

from functools import partial
from pathlib import Path
from typing import Final

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.base.apt.assemble import PackageStore, assemble_base, layer_packages
from hookkit.image.base.apt.request import AptRequest
from hookkit.image.base.facts import BaseFacts, read_facts
from hookkit.image.base.listing import Listing, list_image
from hookkit.image.oci.model import Image, ImageLayer, digest_of, json_bytes
from hookkit.image.oci.source import ImageReader, ImageSource, LazySource
from hookkit.image.plan import Base
from hookkit.image.platform import Platform
from hookkit.reference import APT, REGISTRY, ImagePlace

_PINS: Final = "pins"
_LINKED: Final = "linked"


def open_base(base: Base, platform: Platform, store: PackageStore) -> Image:
    """The image of a base, with the packages that are added to it.

    Raises:
        BuildError: it is no image, a damaged one, or not for this platform; a package is not safe to use, or needs a
            library that nobody brings.
        HookkitError: it can't be had.

    """
    if not base.packages:
        return bare_base(base, platform, store.cache)
    image = _with_packages(base, platform, store)
    layers = " ".join(layer.diff_id for layer in image.layers)
    if not store.cache.fact(_LINKED, layers):  # looked at once: reading every library takes a while
        from hookkit.image.base.linkage import check_linkage

        _, facts = base_facts(image, store.cache, str(base))
        check_linkage(image.layers[-1], facts)
        store.cache.remember(_LINKED, layers, "yes")
    return image


def _with_packages(base: Base, platform: Platform, store: PackageStore) -> Image:
    request = AptRequest(platform.architecture, (), base.apt)
    if base.place.transport == APT:
        return assemble_base(base.packages, request, store)
    image = bare_base(base, platform, store.cache)
    listing, _ = base_facts(image, store.cache, str(base))
    layer = layer_packages(base.packages, request, store, listing, image.config_descriptor.digest)
    return _with_layer(image, layer, f"{len(base.packages)} packages")


def bare_base(base: Base, platform: Platform, cache: Cache) -> Image:
    """The image of a base as it lies somewhere. Raises as `open_base` does."""
    return _reader(base.place, base.digest, cache).read(platform)


def _with_layer(image: Image, layer: ImageLayer, words: str) -> Image:
    config = dict(image.config)
    diff_ids = [*config["rootfs"]["diff_ids"], layer.diff_id]
    config["rootfs"] = {"type": "layers", "diff_ids": diff_ids}
    config["history"] = [*config.get("history", []), {"created_by": f"hookkit: {words}"}]
    return Image(json_bytes(config), (*image.layers, layer), image.annotations)


def base_digest(place: ImagePlace, cache: Cache) -> str:
    """The digest of a base's manifest or index as it is now.

    Raises:
        BuildError: it is no image.
        HookkitError: it can't be had.

    """
    known = _state(place)
    if known and isinstance(digest := cache.fact(_PINS, known), str):
        return digest
    digest = _digest(place, cache)
    if known:
        cache.remember(_PINS, known, digest)
    return digest


def _digest(place: ImagePlace, cache: Cache) -> str:
    try:
        return digest_of(_reader(place, "", cache).root())
    except (ValueError, KeyError, TypeError) as error:
        words = f"is no image, or a damaged one: {error}"
        raise BuildError(Problem(str(place), words, "make or pull it anew")) from None


def _state(place: ImagePlace) -> str:
    """What changes when an archive or an engine's image does: reading all of it takes a while. "" for other places."""
    if place.transport == "docker":
        from hookkit.image.docker.engine import connect
        from hookkit.image.docker.images import image_id

        with connect() as client:
            return f"docker {image_id(client, place.name)}"
    file = Path(place.name)
    if place.transport != "tar" or not file.is_file():
        return ""
    stat = file.stat()
    return f"{file.absolute()}\0{stat.st_size}\0{stat.st_mtime_ns}"


def _reader(place: ImagePlace, digest: str, cache: Cache) -> ImageReader:
    origin = place.reference if place.transport == REGISTRY else None
    return ImageReader(cache, LazySource(partial(_open, place, digest, cache)), str(place), origin, digest)


def _open(place: ImagePlace, digest: str, cache: Cache) -> ImageSource:
    match place.transport:
        case "oci":
            from hookkit.image.oci.layout import LayoutSource

            return LayoutSource(Path(place.name))
        case "tar":
            from hookkit.image.oci.archive import ArchiveSource

            return ArchiveSource(Path(place.name))
        case "docker":
            from hookkit.image.docker.engine import connect
            from hookkit.image.docker.images import saved_image

            with connect() as client:
                return saved_image(client, place.name, cache)
        case _:
            from hookkit.image.registry.source import RegistrySource

            reference = place.reference
            return RegistrySource(reference.with_digest(digest) if digest else reference)


# ---------------------------------------------------------------- what it's like


def base_facts(image: Image, cache: Cache, name: str) -> tuple[Listing, BaseFacts]:
    """What an image holds, and what has to be known of it as a base.

    Raises:
        BuildError: a layer is damaged or not safe to build on.

    """
    listing = list_image(image.layers, cache, name)
    return listing, read_facts(listing, image.environment)


def check_base(facts: BaseFacts, python: str, name: str) -> None:
    """Refuse a base that a hook's Python and its wheels would not run on.

    Raises:
        BuildError: it has no Python, another version, or a C library that wheels are not made for.

    """
    other = "choose another base image, or another Python with [tool.hookkit] python"
    if not facts.python:
        raise BuildError(Problem(name, "has no python3 on its PATH", "choose another base image"))
    if facts.minor != python:
        what = f"has Python {facts.minor or 'of an unknown version'}, the hook is for {python}"
        raise BuildError(Problem(name, what, other))
    if facts.glibc is None:
        what = "has no glibc, which wheels for Linux are made for (manylinux)"
        raise BuildError(Problem(name, what, "choose a base image of Debian, Ubuntu or Fedora: python:…-slim"))

"""Images become blobs of a registry, then manifests, and at last a tag: a push that breaks leaves the tag as it was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from hookkit.cache import Cache
from hookkit.errors import Problem, RegistryError
from hookkit.image.builder import Watcher, unwatched
from hookkit.image.oci.model import INDEX, MANIFEST, Image, ImageLayer, digest_of, index_bytes
from hookkit.image.registry.address import DEFAULT_TAG, Address
from hookkit.image.registry.client import RegistryClient, Request
from hookkit.image.registry.patience import Patience
from hookkit.image.registry.source import ACCEPT
from hookkit.image.registry.tally import Tally
from hookkit.image.registry.upload import MAYBE, Payload, Uploader
from hookkit.reference import ImageReference

#: Blobs at a time: more are no faster, and registries begin to refuse.
_AT_ONCE: Final = 4
_TAKEN: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED})


@dataclass(frozen=True)
class _Manifest:
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        return digest_of(self.content)


@dataclass(frozen=True)
class RegistryTarget:
    """Where images are pushed to.

    Attributes:
        cache: that the layers lie in.
        patience: how long to wait.

    """

    cache: Cache = field(default_factory=Cache.of_user)
    patience: Patience | None = None

    def put(self, images: tuple[Image, ...], reference: ImageReference, watch: Watcher = unwatched) -> ImageReference:
        """Push an image, or images of several platforms as one.

        Args:
            images: one a platform.
            reference: where to; without a tag it's `latest`.
            watch: hears how many bytes of all are in the registry.

        Returns:
            The reference with its tag and digest.

        Raises:
            RegistryError: the registry refuses, or can't be reached; the tag then names what it named before.
            DamagedBlobError: a layer was damaged in the cache, and is dropped from it.

        """
        target = reference.with_tag(reference.tag or DEFAULT_TAG)
        *parts, top = _manifests(images)
        client = RegistryClient(target, _scopes(images, target), self.patience)
        try:
            if not _names(client, target.tag, top.digest):
                self._send_blobs(client, _payloads(images, target), watch)
                for part in parts:
                    _send_manifest(client, part, part.digest)
                _send_manifest(client, top, target.tag)
        finally:
            client.close()
        return target.with_digest(top.digest)

    def _send_blobs(self, client: RegistryClient, payloads: tuple[Payload, ...], watch: Watcher) -> None:
        # Its threads end with the program, so that nobody waits for a slow registry after Ctrl-C.
        from multiprocessing.pool import ThreadPool

        tally = Tally(f"pushing to {client.address.registry}", sum(one.descriptor.size for one in payloads), watch)
        uploader = Uploader(client, self.cache, tally)
        try:
            with ThreadPool(min(_AT_ONCE, len(payloads))) as pool:
                for _ in pool.imap_unordered(uploader.send, payloads):
                    pass
        except BaseException:
            client.stop()
            raise


def _manifests(images: tuple[Image, ...]) -> Iterator[_Manifest]:
    """What to put, in this order; the last is what the tag names."""
    if not images:
        raise ValueError("there is no image to push")
    yield from (_Manifest(MANIFEST, image.manifest_bytes) for image in images)
    if len(images) > 1:
        yield _Manifest(INDEX, index_bytes(images))


def _payloads(images: tuple[Image, ...], target: ImageReference) -> tuple[Payload, ...]:
    """Each once; the largest first, lest one be left over at the end."""
    found: dict[str, Payload] = {}
    for image in images:
        found[image.config_descriptor.digest] = _config(image)
        for layer in image.layers:
            found[layer.descriptor.digest] = Payload(layer.descriptor, layer.fetch, _mount_from(layer, target))
    return tuple(sorted(found.values(), key=lambda one: one.descriptor.size, reverse=True))


def _config(image: Image) -> Payload:
    content = image.config_bytes
    return Payload(image.config_descriptor, lambda: content)


def _mount_from(layer: ImageLayer, target: ImageReference) -> str:
    if layer.origin is None:
        return ""
    origin, goal = Address.of(layer.origin), Address.of(target)
    return origin.repository if origin.host == goal.host and origin.repository != goal.repository else ""


def _scopes(images: tuple[Image, ...], target: ImageReference) -> tuple[str, ...]:
    """What a token must allow: to write here, and to read where layers are mounted from."""
    sources = {_mount_from(layer, target) for image in images for layer in image.layers} - {""}
    own = f"repository:{Address.of(target).repository}:pull,push"
    return (own, *(f"repository:{source}:pull" for source in sorted(sources)))


def _names(client: RegistryClient, tag: str, digest: str) -> bool:
    """Whether the tag names the very image already; then the registry has all of it."""
    answer = client.ask(Request("HEAD", f"manifests/{tag}", MAYBE, ACCEPT))
    return answer.status == HTTPStatus.OK and answer.headers.get("Docker-Content-Digest") == digest


def _send_manifest(client: RegistryClient, manifest: _Manifest, name: str) -> None:
    headers: Mapping[str, str] = {"Content-Type": manifest.media_type}
    answer = client.ask(Request("PUT", f"manifests/{name}", _TAKEN, headers, manifest.content))
    if (told := answer.headers.get("Docker-Content-Digest", manifest.digest)) != manifest.digest:
        what = f"{client.address.registry} keeps the manifest under another digest: {told}"
        raise RegistryError(Problem(client.where, what, "ask who runs the registry"))

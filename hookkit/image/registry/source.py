"""An image's name becomes an ImageSource over the registry that has it."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import IO, Any, Final, Self, cast

from hookkit.errors import Problem, RegistryError
from hookkit.image.oci.model import DOCKER_TYPES, INDEX, MANIFEST, Descriptor, digest_of
from hookkit.image.registry.address import DEFAULT_TAG, Address
from hookkit.image.registry.client import RegistryClient, Request
from hookkit.image.registry.download import Download
from hookkit.image.registry.patience import Patience
from hookkit.reference import ImageReference

MANIFEST_TYPES: Final = (MANIFEST, INDEX, *(docker for docker, oci in DOCKER_TYPES.items() if oci in {MANIFEST, INDEX}))
#: Without it registries give what Docker understood in 2015, or say that there's nothing.
ACCEPT: Final = {"Accept": ", ".join(MANIFEST_TYPES)}


class RegistrySource:
    """The manifest and the blobs of an image in a registry; close it at the end.

    Args:
        reference: the image's name; the digest counts where there is one, else the tag, else `latest`.
        patience: how long to wait.

    """

    def __init__(self, reference: ImageReference, patience: Patience | None = None) -> None:
        self._reference = reference
        self._client = RegistryClient(reference, pull_scopes(reference), patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def root(self) -> tuple[str, bytes]:
        """Media type and bytes of the manifest or index.

        Raises:
            RegistryError: the registry has none, doesn't give it, or gives another one.

        """
        wanted = self._reference.digest or self._reference.tag or DEFAULT_TAG
        answer = self._client.ask(Request("GET", f"manifests/{wanted}", headers=ACCEPT))
        content = answer.content
        self._check_digest(content, answer.headers.get("Docker-Content-Digest", ""))
        return self._media_type(content, answer.headers.get("Content-Type", "")), content

    def blob(self, descriptor: Descriptor) -> AbstractContextManager[IO[bytes]]:
        """The bytes of a blob, or of a manifest of an index.

        Raises:
            RegistryError: the registry doesn't have it, or doesn't give it.

        """
        # Registries keep manifests apart from other blobs.
        place = "manifests" if descriptor.media_type in {MANIFEST, INDEX} else "blobs"
        request = Request("GET", f"{place}/{descriptor.digest}", headers=ACCEPT)
        return cast("IO[bytes]", Download(self._client, request, descriptor.size))

    def _check_digest(self, content: bytes, told: str) -> None:
        wanted = self._reference.digest or told
        if wanted.startswith("sha256:") and digest_of(content) != wanted:
            what = f"{self._client.address.registry} gave a manifest with another digest: {digest_of(content)}"
            raise RegistryError(Problem(str(self._reference), what, "don't trust it; ask who runs the registry"))

    def _media_type(self, content: bytes, told: str) -> str:
        told = told.partition(";")[0].strip().lower()
        if told in MANIFEST_TYPES:
            return DOCKER_TYPES.get(told, told)
        manifest = _manifest(content)
        if manifest is None:
            what = f"{self._client.address.registry} answers with {told or 'something'} in place of a manifest"
            raise RegistryError(Problem(str(self._reference), what, "see whether it's a registry"))
        if manifest.get("schemaVersion") != 2:  # noqa: PLR2004 - the second schema
            what = "is of Docker's schema 1, which ended in 2017"
            raise RegistryError(Problem(str(self._reference), what, "push it anew, or use another image"))
        return INDEX if "manifests" in manifest else MANIFEST


def pull_scopes(reference: ImageReference) -> tuple[str, ...]:
    """What a token must allow to read a repository."""
    return (f"repository:{Address.of(reference).repository}:pull",)


def _manifest(content: bytes) -> Mapping[str, Any] | None:
    try:
        manifest = json.loads(content)
    except ValueError:
        return None
    return manifest if isinstance(manifest, dict) else None

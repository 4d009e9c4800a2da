"""ImageReference: the name of an image, and ImagePlace: where one lies, each parsed once."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

# The grammar of github.com/distribution/reference: a first component with a dot, a port or "localhost" is a registry.
_REGISTRY: Final = (
    r"(?:localhost|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9-]+(?=:[0-9])|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
)
_COMPONENT: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_TAG: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST: Final = r"sha256:[0-9a-f]{64}"
_REFERENCE: Final = re.compile(
    rf"(?:(?P<registry>{_REGISTRY})/)?"
    rf"(?P<repository>{_COMPONENT}(?:/{_COMPONENT})*)"
    rf"(?::(?P<tag>{_TAG}))?"
    rf"(?:@(?P<digest>{_DIGEST}))?"
)


def is_tag(text: str) -> bool:
    """Whether an image may have this tag."""
    return re.fullmatch(_TAG, text) is not None


def is_digest(text: str) -> bool:
    """Whether it is a digest of SHA-256, `sha256:…`, which nothing else is trusted for."""
    return re.fullmatch(_DIGEST, text) is not None


@dataclass(frozen=True)
class ImageReference:
    """`registry/repository:tag@digest`; "" where a part is not given."""

    repository: str
    registry: str = ""
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an image's name; ValueError where it is none."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            msg = f"{text!r} is not an image's name; write [REGISTRY/]REPOSITORY[:TAG][@sha256:DIGEST] in lower case"
            raise ValueError(msg)
        return cls(**{part: value or "" for part, value in match.groupdict().items()})

    def with_tag(self, tag: str) -> Self:
        """The same repository with this tag and no digest."""
        return replace(self, tag=tag, digest="")

    def with_digest(self, digest: str) -> Self:
        """The same image, pinned."""
        return replace(self, digest=digest)

    @property
    def name(self) -> str:
        """Registry and repository, without tag and digest."""
        return f"{self.registry}/{self.repository}" if self.registry else self.repository

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"


#: Transports, as skopeo names them, with what follows the colon, in brackets where it may be left out. An image's name
#: alone is one in a registry.
_TRANSPORTS: Final = {"oci": "DIR", "tar": "FILE", "docker": "[NAME]", "apt": ""}
REGISTRY: Final = "registry"
APT: Final = "apt"


@dataclass(frozen=True)
class ImagePlace:
    """Where an image comes from, or goes to.

    Attributes:
        transport: `registry`; `oci`, a folder in OCI's image layout; `tar`, a file as `docker save` writes it;
            `docker`, an engine; `apt`, assembled from packages of the distribution.
        name: the image's reference in a registry or an engine, the path of a folder or file, "" where none is needed.

    """

    transport: str
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `oci:DIR`, `tar:FILE`, `docker:[NAME]`, `apt:` or `[REGISTRY/]REPOSITORY[:TAG]`.

        Raises:
            ValueError: it is none of them.

        """
        transport, colon, name = text.partition(":")
        if not colon or transport not in _TRANSPORTS:
            return cls(REGISTRY, str(ImageReference.parse(text)))
        if transport == "docker" and name:
            ImageReference.parse(name)
        form = _TRANSPORTS[transport]
        if not form.startswith("[") and bool(name) != bool(form):
            msg = f"{text!r} is no place of an image; write {transport}:{form}"
            raise ValueError(msg)
        return cls(transport, name)

    def written_in(self, folder: Path) -> Self:
        """The same place as it's called from here, where a path was written relative to a folder."""
        if self.transport not in {"oci", "tar"} or Path(self.name).is_absolute():
            return self
        return replace(self, name=os.path.relpath(folder / self.name))

    @property
    def reference(self) -> ImageReference:
        """The image's name, for registries and engines."""
        return ImageReference.parse(self.name)

    def __str__(self) -> str:
        return self.name if self.transport == REGISTRY else f"{self.transport}:{self.name}"

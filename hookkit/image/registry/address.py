"""An ImageReference becomes the Address of its repository: the host to ask, and the name to ask it for."""

import ipaddress
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from hookkit.reference import ImageReference

#: What a name without a registry means to every engine (github.com/distribution/reference).
DEFAULT_REGISTRY: Final = "docker.io"
_DEFAULT_HOST: Final = f"registry-1.{DEFAULT_REGISTRY}"
_DEFAULT_NAMESPACE: Final = "library"
_OTHER_NAMES: Final = frozenset({"", _DEFAULT_HOST, f"index.{DEFAULT_REGISTRY}"})
DEFAULT_TAG: Final = "latest"


@dataclass(frozen=True)
class Address:
    """A repository of a registry.

    Attributes:
        registry: its host and port, as people and their configurations name it.
        host: the host and port that answer for it.
        repository: without the registry.

    """

    registry: str
    host: str
    repository: str

    @classmethod
    def of(cls, reference: ImageReference) -> Self:
        """Where an engine would look for it."""
        registry = known_as(reference.registry)
        if registry != DEFAULT_REGISTRY:
            return cls(registry, registry, reference.repository)
        namespace = "" if "/" in reference.repository else f"{_DEFAULT_NAMESPACE}/"
        return cls(registry, _DEFAULT_HOST, f"{namespace}{reference.repository}")

    @property
    def login(self) -> str:
        """The command that gives this machine credentials for the registry."""
        return "docker login" if self.registry == DEFAULT_REGISTRY else f"docker login {self.registry}"


def known_as(registry: str) -> str:
    """The one name of a registry that has several."""
    return DEFAULT_REGISTRY if registry in _OTHER_NAMES else registry


def is_loopback(host: str) -> bool:
    """Whether `host[:port]` is this machine: there alone engines speak plain HTTP."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def host_of(url: str) -> str:
    """`host[:port]` of an address, fit to be shown: whatever else it holds may be a secret."""
    return urlsplit(url).netloc.rpartition("@")[2]


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what must be the same for credentials to go along."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or usual

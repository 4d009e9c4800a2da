"""The bytes of a socket's address, as a process hands them to the kernel, become an Address."""

import socket
import struct
from dataclasses import dataclass
from typing import Final, Literal

_DNS: Final = 53


@dataclass(frozen=True)
class Address:
    """Where a socket is to be connected.

    Attributes:
        kind: `path` and `abstract` are Unix sockets; `other` is what is neither.
        name: of a Unix socket; of the internet's the host in numbers.
        port: of the internet's.

    """

    kind: Literal["path", "abstract", "internet", "other"]
    name: str = ""
    port: int = 0

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine itself; the unspecified address means that, too."""
        if self.kind != "internet":
            return False
        import ipaddress  # few hooks connect at all

        host = ipaddress.ip_address(self.name)
        mapped = getattr(host, "ipv4_mapped", None) or host
        return mapped.is_loopback or mapped.is_unspecified

    def __str__(self) -> str:
        if self.kind != "internet":
            return f"the socket {self.name}"
        host = f"[{self.name}]" if ":" in self.name else self.name
        return f"{'the name server ' if self.port == _DNS else ''}{host}:{self.port}"


def read_address(raw: bytes) -> Address:
    """Read a `struct sockaddr` of any family; one that is too short or of no known family is `other`."""
    if len(raw) < struct.calcsize("=H"):
        return Address("other")
    (family,) = struct.unpack_from("=H", raw)
    try:
        if family == socket.AF_INET:
            (port,) = struct.unpack_from("!H", raw, 2)
            return Address("internet", socket.inet_ntop(socket.AF_INET, raw[4:8]), port)
        if family == socket.AF_INET6:
            (port,) = struct.unpack_from("!H", raw, 2)
            return Address("internet", socket.inet_ntop(socket.AF_INET6, raw[8:24]), port)
    except (struct.error, ValueError):
        return Address("other")
    return _unix_address(raw[2:]) if family == socket.AF_UNIX else Address("other")


def _unix_address(name: bytes) -> Address:
    if name[:1] == b"\0":
        return Address("abstract", "@" + name[1:].decode("utf-8", "surrogateescape"))
    path = name.split(b"\0", 1)[0]
    return Address("path", path.decode("utf-8", "surrogateescape")) if path else Address("other")

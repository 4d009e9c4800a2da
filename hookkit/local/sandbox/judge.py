"""A call that was asked about becomes a verdict: let through, or refused with an errno and a Refusal that names it."""

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hookkit.local.sandbox.addresses import Address, read_address
from hookkit.local.sandbox.asked import PLACES, Asked, meant, memory, resolved
from hookkit.local.sandbox.policy import DEVICES, Policy
from hookkit.local.sandbox.seccomp import Network
from hookkit.local.sandbox.tree import descendants

_LONGEST_ADDRESS: Final = 128
#: Sockets that the C library tries by itself, and does without where they aren't there.
_OF_THE_LIBRARY: Final = ("/run/nscd/", "/var/run/nscd/", "/run/systemd/", "/var/lib/sss/", "/run/avahi-daemon/")
#: Times that fontconfig would set, and does without.
_KEPT_BY_LIBRARIES: Final = ("/var/cache/fontconfig",)
_DNS: Final = 53
_LISTENING: Final = "0A"


@dataclass(frozen=True)
class Refusal:
    """A call that was refused.

    Attributes:
        rule: the platform's, by its name.
        what: the path or address, in words.
        program: the name of the process that called.
        idle: whether it could have told nobody anything: libraries find out the machine's own address so.

    """

    rule: str
    what: str
    program: str
    idle: bool = False


#: Which argument says where to: its place, and that of its length behind it.
_ADDRESSED_AT: Final = {"sendto": 4}

#: None and 0: let through. A number alone: refused without a word, since nobody meant it.
Verdict = tuple[Refusal | None, int]
_THROUGH: Final[Verdict] = (None, 0)


@dataclass(frozen=True)
class Judge:
    """Decides about calls.

    Attributes:
        root: the process below which all who ask are.
        files: whether files are restricted; where the tree has a root of its own, its paths aren't this machine's.
        scoped: whether the kernel itself keeps abstract sockets of others away.
        writable: the real paths of what may be written, as they are before the process could change them.

    """

    root: int
    policy: Policy
    network: Network
    files: bool = True
    scoped: bool = False
    writable: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        real = (os.path.realpath(path) for path in (*self.policy.writable, *DEVICES))
        object.__setattr__(self, "writable", tuple(real))

    def judge(self, asked: Asked) -> Verdict:
        """Decide about a call.

        Raises:
            OSError: what the call is about can't be read.

        """
        if asked.call in PLACES:
            return self._of_attributes(asked) if self.files else _THROUGH
        if asked.call == "socket":
            what = "a socket of the internet without a connection (UDP)"
            return Refusal("network", what, program(asked.pid), idle=True), errno.EACCES
        place = _ADDRESSED_AT.get(asked.call, 1)
        address = read_address(memory(asked.pid, *_bounded(asked.arguments[place : place + 2])))
        return self._of_binding(asked, address) if asked.call == "bind" else self._of_connecting(asked, address)

    # ------------------------------------------------------------ sockets

    def _of_connecting(self, asked: Asked, address: Address) -> Verdict:
        match address.kind:
            case "path":
                return self._of_path(asked, address) if self.files else _THROUGH
            case "abstract" if self.network != "own" and not self.scoped:
                return Refusal("sockets", str(address), program(asked.pid)), errno.EACCES
            case "internet" if not self._may_reach(address):
                idle = asked.call == "connect" and address.port != _DNS and _is_datagram(asked)
                return Refusal("network", str(address), program(asked.pid), idle), errno.ENETUNREACH
        return _THROUGH

    def _of_path(self, asked: Asked, address: Address) -> Verdict:
        path = resolved(asked.pid, None, address.name, follows=True)
        if self._is_writable(path) or not os.path.lexists(path):
            return _THROUGH
        known = Refusal("sockets", f"the socket {path}", program(asked.pid))
        return None if path.startswith(_OF_THE_LIBRARY) else known, errno.EACCES

    def _may_reach(self, address: Address) -> bool:
        if self.network == "open":
            return True
        return address.is_loopback and (self.network == "own" or _is_served_by(self.root, address.port))

    def _of_binding(self, asked: Asked, address: Address) -> Verdict:
        if address.kind != "internet" or address.is_loopback:
            return _THROUGH
        return Refusal("network", f"to listen at {address}", program(asked.pid)), errno.EACCES

    # ------------------------------------------------------------ modes, owners and times of files

    def _of_attributes(self, asked: Asked) -> Verdict:
        path = meant(asked, PLACES[asked.call])
        if self._is_writable(path) or not os.path.lexists(path):
            return _THROUGH
        known = Refusal("writes", path, program(asked.pid))
        return None if path.startswith(_KEPT_BY_LIBRARIES) else known, errno.EROFS

    def _is_writable(self, path: str) -> bool:
        return any(path == one or path.startswith(f"{one}/") for one in self.writable)


def program(pid: int) -> str:
    """The name of a process; "" where it has gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _bounded(arguments: tuple[int, ...]) -> tuple[int, int]:
    """Where an address lies, and its length, which a process may have made up."""
    address, length = arguments
    return address, min(length, _LONGEST_ADDRESS)


def _is_datagram(asked: Asked) -> bool:
    """Whether the socket of a call is one of UDP, which sends nothing while it's connected."""
    with suppress(OSError):
        kind = os.getxattr(f"/proc/{asked.pid}/fd/{asked.arguments[0]}", "system.sockprotoname")
        return kind.startswith(b"UDP")
    return False


# ---------------------------------------------------------------- own servers


def _is_served_by(root: int, port: int) -> bool:
    """Whether a process of the tree listens at a port of this machine."""
    listening = {f"socket:[{inode}]" for inode in _listeners(port)}
    pids = (root, *(process.pid for process in descendants(root))) if listening else ()
    return any(listening & _descriptors(pid) for pid in pids)


def _listeners(port: int) -> Iterator[str]:
    """The sockets that listen at a port; source: proc(5), /proc/net/tcp."""
    for name in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path("/proc/net", name).read_text(encoding="ascii").splitlines()[1:]:
                words = line.split()
                if words[3] == _LISTENING and int(words[1].rpartition(":")[2], 16) == port:
                    yield words[9]


def _descriptors(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                found.add(os.readlink(entry.path))  # noqa: PTH115 - a link of /proc
    return found

"""A call that was asked about becomes a verdict: let through, or refused with an errno and a Refusal that names it."""

import errno
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from hookkit.local.sandbox.addresses import Address, read_address
from hookkit.local.sandbox.policy import DEVICES, Policy
from hookkit.local.sandbox.seccomp import ATTRIBUTE_CALLS, Network
from hookkit.local.sandbox.tree import descendants

_LONGEST_PATH: Final = 4096
_LONGEST_ADDRESS: Final = 128
#: Sockets that the C library tries by itself, and does without where they aren't there.
_OF_THE_LIBRARY: Final = ("/run/nscd/", "/var/run/nscd/", "/run/systemd/", "/var/lib/sss/", "/run/avahi-daemon/")
_NO_FOLLOW: Final = 0x100
_AT_CWD: Final = -100
_LISTENING: Final = "0A"


@dataclass(frozen=True)
class Refusal:
    """A call that was refused.

    Attributes:
        rule: the platform's, by its name.
        what: the path or address, in words.
        program: the name of the process that called.

    """

    rule: str
    what: str
    program: str


@dataclass(frozen=True)
class Asked:
    """A call that waits for an answer: which, by which process, with which arguments."""

    id: int
    pid: int
    call: str
    arguments: tuple[int, ...]


#: Which argument says where to: its place, and that of its length behind it.
_ADDRESSED_AT: Final = {"sendto": 4}

#: None and 0: let through. A number alone: refused without a word, since nobody meant it.
Verdict = tuple[Refusal | None, int]
_THROUGH: Final[Verdict] = (None, 0)


class _Place(NamedTuple):
    """Which arguments of a call say what file is meant: the folder's descriptor, the path, and flags."""

    folder: int | None = None
    path: int | None = 0
    flags: int | None = None
    follows: bool = True


#: The calls of `ATTRIBUTE_CALLS`; where there is no path, the descriptor itself is meant.
_PLACES: Final = {
    "chmod": _Place(),
    "chown": _Place(),
    "lchown": _Place(follows=False),
    "utime": _Place(),
    "utimes": _Place(),
    "fchmod": _Place(folder=0, path=None),
    "fchown": _Place(folder=0, path=None),
    "fchmodat": _Place(folder=0, path=1),
    "fchmodat2": _Place(folder=0, path=1, flags=3),
    "fchownat": _Place(folder=0, path=1, flags=4),
    "futimesat": _Place(folder=0, path=1),
    "utimensat": _Place(folder=0, path=1, flags=3),
    "setxattr": _Place(),
    "lsetxattr": _Place(follows=False),
    "fsetxattr": _Place(folder=0, path=None),
    "setxattrat": _Place(folder=0, path=1, flags=2),
    "removexattr": _Place(),
    "lremovexattr": _Place(follows=False),
    "fremovexattr": _Place(folder=0, path=None),
    "removexattrat": _Place(folder=0, path=1, flags=2),
    "file_setattr": _Place(folder=0, path=1, flags=4),
}


@dataclass(frozen=True)
class Judge:
    """Decides about calls.

    Attributes:
        root: the process below which all who ask are.
        files: whether files are restricted; where the tree has a root of its own, its paths aren't this machine's.
        scoped: whether the kernel itself keeps abstract sockets of others away.

    """

    root: int
    policy: Policy
    network: Network
    files: bool = True
    scoped: bool = False

    def judge(self, asked: Asked) -> Verdict:
        """Decide about a call.

        Raises:
            OSError: what the call is about can't be read.

        """
        if asked.call in ATTRIBUTE_CALLS:
            return self._of_attributes(asked) if self.files else _THROUGH
        if asked.call == "socket":
            return Refusal(
                "network", "a socket of the internet without a connection (UDP)", program(asked.pid)
            ), errno.EACCES
        place = _ADDRESSED_AT.get(asked.call, 1)
        address = read_address(_memory(asked.pid, *_bounded(asked.arguments[place : place + 2])))
        return self._of_binding(asked, address) if asked.call == "bind" else self._of_connecting(asked, address)

    # ------------------------------------------------------------ sockets

    def _of_connecting(self, asked: Asked, address: Address) -> Verdict:
        match address.kind:
            case "path":
                return self._of_path(asked, address) if self.files else _THROUGH
            case "abstract" if self.network != "own" and not self.scoped:
                return Refusal("sockets", str(address), program(asked.pid)), errno.EACCES
            case "internet" if not self._may_reach(address):
                return Refusal("network", str(address), program(asked.pid)), errno.ENETUNREACH
        return _THROUGH

    def _of_path(self, asked: Asked, address: Address) -> Verdict:
        path = _resolved(asked.pid, None, address.name, follows=True)
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
        path = _meant(asked, _PLACES[asked.call])
        if self._is_writable(path) or not os.path.lexists(path):
            return _THROUGH
        return Refusal("writes", path, program(asked.pid)), errno.EROFS

    def _is_writable(self, path: str) -> bool:
        return any(path == one or path.startswith(f"{one}/") for one in self._writable)

    @cached_property
    def _writable(self) -> tuple[str, ...]:
        return tuple(os.path.realpath(path) for path in (*self.policy.writable, *DEVICES))


def program(pid: int) -> str:
    """The name of a process; "" where it has gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


# ---------------------------------------------------------------- what a call is about


def _bounded(arguments: tuple[int, ...]) -> tuple[int, int]:
    """Where an address lies, and its length, which a process may have made up."""
    address, length = arguments
    return address, min(length, _LONGEST_ADDRESS)


def _memory(pid: int, address: int, size: int) -> bytes:
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:  # noqa: PTH123 - once a call that is asked about
        return os.pread(memory.fileno(), size, address)


def _text(pid: int, address: int) -> str:
    """A text of C's; it may end close to the end of what can be read."""
    page = 4096
    raw = b""
    while b"\0" not in raw and len(raw) < _LONGEST_PATH:
        at = address + len(raw)
        raw += _memory(pid, at, page - at % page)
    return os.fsdecode(raw.split(b"\0", 1)[0])


def _meant(asked: Asked, place: _Place) -> str:
    """The real path of the file that a call changes."""
    folder = None if place.folder is None else _signed(asked.arguments[place.folder])
    text = ""
    if place.path is not None and asked.arguments[place.path]:
        text = _text(asked.pid, asked.arguments[place.path])
    flags = 0 if place.flags is None else asked.arguments[place.flags]
    if not text and folder is not None and folder != _AT_CWD:
        return _resolved(asked.pid, None, f"/proc/{asked.pid}/fd/{folder}", follows=True)
    return _resolved(asked.pid, folder, text, follows=place.follows and not flags & _NO_FOLLOW)


def _signed(argument: int) -> int:
    number: int = struct.unpack("=i", struct.pack("=I", argument & 0xFFFFFFFF))[0]
    return number


def _resolved(pid: int, folder: int | None, text: str, *, follows: bool) -> str:
    """The real path of what a process calls by a name."""
    start = f"/proc/{pid}/cwd" if folder in {None, _AT_CWD} else f"/proc/{pid}/fd/{folder}"
    for own in ("/proc/self/", "/proc/thread-self/"):
        if text.startswith(own):
            text = f"/proc/{pid}/{text.removeprefix(own)}"
    if text.startswith("/dev/fd/"):
        text = f"/proc/{pid}/fd/{text.removeprefix('/dev/fd/')}"
    path = os.path.join(os.path.realpath(start), text)  # noqa: PTH118 - a pure text, of whatever characters
    if follows:
        return os.path.realpath(path)
    above, name = os.path.split(path.rstrip("/"))
    return f"{os.path.realpath(above)}/{name}"


# ---------------------------------------------------------------- own servers


def _is_served_by(root: int, port: int) -> bool:
    """Whether a process of the tree listens at a port of this machine."""
    listening = {f"socket:[{inode}]" for inode in _listeners(port)}
    return bool(listening) and any(listening & _descriptors(process.pid) for process in descendants(root))


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

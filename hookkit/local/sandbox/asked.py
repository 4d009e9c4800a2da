"""The numbers that a process hands to a system call become the file, or the bytes, that it means."""

import errno
import os
import struct
from dataclasses import dataclass
from typing import Final, NamedTuple

_LONGEST_PATH: Final = 4096
_LAST_ADDRESS: Final = (1 << 63) - 1
_NO_FOLLOW: Final = 0x100
_AT_CWD: Final = -100


@dataclass(frozen=True)
class Asked:
    """A call that waits for an answer: which, by which process, with which arguments."""

    id: int
    pid: int
    call: str
    arguments: tuple[int, ...]


class Place(NamedTuple):
    """Which arguments of a call say what file is meant: the folder's descriptor, the path, and flags."""

    folder: int | None = None
    path: int | None = 0
    flags: int | None = None
    follows: bool = True


#: The calls of `seccomp.ATTRIBUTE_CALLS`, and `ioctl` with one of its `ATTRIBUTE_REQUESTS`; where there is no path,
#: the descriptor itself is meant.
PLACES: Final = {
    "chmod": Place(),
    "chown": Place(),
    "lchown": Place(follows=False),
    "utime": Place(),
    "utimes": Place(),
    "fchmod": Place(folder=0, path=None),
    "fchown": Place(folder=0, path=None),
    "fchmodat": Place(folder=0, path=1),
    "fchmodat2": Place(folder=0, path=1, flags=3),
    "fchownat": Place(folder=0, path=1, flags=4),
    "futimesat": Place(folder=0, path=1),
    "utimensat": Place(folder=0, path=1, flags=3),
    "setxattr": Place(),
    "lsetxattr": Place(follows=False),
    "fsetxattr": Place(folder=0, path=None),
    "setxattrat": Place(folder=0, path=1, flags=2),
    "removexattr": Place(),
    "lremovexattr": Place(follows=False),
    "fremovexattr": Place(folder=0, path=None),
    "removexattrat": Place(folder=0, path=1, flags=2),
    "file_setattr": Place(folder=0, path=1, flags=4),
    "ioctl": Place(folder=0, path=None),
}


def memory(pid: int, address: int, size: int) -> bytes:
    """Bytes of a process, fewer where it has no more there.

    Raises:
        OSError: it has none there, it has ended, or it can't be looked at.

    """
    if address > _LAST_ADDRESS:
        raise OSError(errno.EFAULT, os.strerror(errno.EFAULT))
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:  # noqa: PTH123 - once a call that is asked about
        found = os.pread(file.fileno(), size, address)
    if size and not found:
        raise OSError(errno.ESRCH, os.strerror(errno.ESRCH))
    return found


def _text(pid: int, address: int) -> str:
    """A text of C's; it may end close to the end of what can be read."""
    page = 4096
    raw = b""
    while b"\0" not in raw and len(raw) < _LONGEST_PATH:
        at = address + len(raw)
        raw += memory(pid, at, page - at % page)
    return os.fsdecode(raw.split(b"\0", 1)[0])


def meant(asked: Asked, place: Place) -> str:
    """The real path of the file that a call changes."""
    folder = None if place.folder is None else _signed(asked.arguments[place.folder])
    text = ""
    if place.path is not None and asked.arguments[place.path]:
        text = _text(asked.pid, asked.arguments[place.path])
    flags = 0 if place.flags is None else asked.arguments[place.flags]
    if not text and folder is not None and folder != _AT_CWD:
        return resolved(asked.pid, None, f"/proc/{asked.pid}/fd/{folder}", follows=True)
    return resolved(asked.pid, folder, text, follows=place.follows and not flags & _NO_FOLLOW)


def _signed(argument: int) -> int:
    number: int = struct.unpack("=i", struct.pack("=I", argument & 0xFFFFFFFF))[0]
    return number


def resolved(pid: int, folder: int | None, text: str, *, follows: bool) -> str:
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

"""The members of a tar become entries of a tree of paths, in which links lead no further than its root."""

import tarfile
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

#: As many as Linux follows (path_resolution(7)).
_MOST_LINKS: Final = 40


class Kind(StrEnum):
    """What an entry is; a pipe or a socket is a file here."""

    FILE = "f"
    FOLDER = "d"
    LINK = "l"


class Entry(NamedTuple):
    """Something in a tree: its kind, its permissions, and where it leads if it's a link."""

    kind: Kind
    mode: int
    target: str = ""


class Entries(Protocol):
    """A tree that is no mapping, as one on the disk."""

    def get(self, path: str, /) -> Entry | None:
        """What is at a path whose folders are no links; None for nothing."""


class EscapeError(ValueError):
    """A member that wants to be, or to lead, outside of the root, or that is a device."""


def path_of(name: str) -> str:
    """A member's name as a path from the root: `./usr//bin/` -> `usr/bin`; "" is the root itself.

    Raises:
        EscapeError: it goes up.

    """
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if ".." in parts:
        raise EscapeError(f"{name!r} goes out of the folder that it is in")
    return "/".join(parts)


def entry_of(path: str, member: tarfile.TarInfo) -> Entry:
    """What a member is, at a path; a hard link is the file that it leads to.

    Raises:
        EscapeError: it's a device, or it leads above the root.

    """
    if member.ischr() or member.isblk():
        raise EscapeError(f"{path!r} is a device")
    if member.isdir():
        return Entry(Kind.FOLDER, member.mode)
    if member.issym():
        _check_link(path, member.linkname)
        return Entry(Kind.LINK, member.mode, member.linkname)
    if member.islnk():
        path_of(member.linkname)
    return Entry(Kind.FILE, member.mode)


def _check_link(path: str, target: str) -> None:
    """Refuse a link that climbs above the root: in a container it'd stop there, elsewhere it would not."""
    depth = 0 if target.startswith("/") else path.count("/")
    for part in target.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            raise EscapeError(f"{path!r} leads out of the image, to {target!r}")


def resolve(entries: Mapping[str, Entry] | Entries, path: str) -> str | None:
    """The path that is meant, with every link followed inside the root; None where there is nothing.

    Args:
        entries: by path; every folder on the way to an entry is one, too.
        path: from the root, with or without a slash at its start.

    """
    rest = path.split("/")[::-1]
    done: list[str] = []
    links = 0
    while rest:
        part = rest.pop()
        if part == "..":
            del done[-1:]
        elif part not in {"", "."}:
            entry = entries.get("/".join((*done, part)))
            if entry is None or links > _MOST_LINKS:
                return None
            if entry.kind is Kind.LINK:
                links += 1
                done = [] if entry.target.startswith("/") else done
                rest += entry.target.split("/")[::-1]
            else:
                done.append(part)
    return "/".join(done)

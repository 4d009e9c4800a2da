"""Members of packages go into a tar where the tree's links put them: what a package manager's unpacking would leave.

The tree is that of the base with what was written so far, so that a member below `/lib` lands below `/usr/lib` wherever
the one is a link to the other.
"""

import hashlib
import io
import re
import tarfile
from dataclasses import dataclass, field
from typing import IO, Any, Final

from hookkit.errors import BuildError, Problem
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.tree import Entry, Kind, entry_of, path_of, resolve

#: No program of an image gets more rights than its caller: setuid and setgid go, the sticky bit stays.
_KEPT_MODE: Final = 0o1777
_TYPES: Final = {Kind.FILE: tarfile.REGTYPE, Kind.FOLDER: tarfile.DIRTYPE, Kind.LINK: tarfile.SYMTYPE}


class _Hashing:
    """A file whose bytes are hashed on their way."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._content.read(size)
        self.hash.update(data)
        return data


@dataclass
class TreeWriter:
    """A tar that is being written, and the tree that it makes of what was there.

    Attributes:
        entries: what is there, by path; the root itself is "".
        unneeded: paths that are left out.
        written: the digests of what this layer holds, by path; of links, what they say.
        kept: the contents of what lies below `kept_folder`, by path.

    """

    tar: tarfile.TarFile
    entries: dict[str, Entry]
    unneeded: re.Pattern[str]
    kept_folder: str
    written: dict[str, str] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)

    def add(self, path: str, entry: Entry) -> None:
        """Add a folder or a link of our own, where nothing is yet."""
        self._put(self._place(path), entry)

    def add_text(self, path: str, text: str | bytes) -> None:
        """Add a file of our own, where nothing is yet."""
        content = text.encode() if isinstance(text, str) else text
        self._put(self._place(path), Entry(Kind.FILE, 0o644), io.BytesIO(content), len(content))

    # ------------------------------------------------------------ members of packages

    def add_member(self, package: DebPackage, data: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Add a package's member where the tree's links put it, unless it is there or nobody needs it."""
        path = path_of(member.name)
        if not path or self.unneeded.match(path):
            return
        place = self._place(path)
        entry = entry_of(place, member)
        if member.isdir():
            self._add_folder(place, entry)
        elif member.islnk():
            self._add_hard_link(package, place, member)
        elif entry.kind is Kind.LINK:
            if not self._leads_there(place, entry.target) and self._is_new(package, place, f"link {entry.target}"):
                self._put(place, entry)
        else:
            self._add_file(package, place, entry, data, member)

    def _add_folder(self, place: str, entry: Entry) -> None:
        real = resolve(self.entries, place)
        if real is None:
            self._put(place, entry)
        elif self.entries[real].kind is not Kind.FOLDER:
            raise ValueError(f"/{place} is a folder here and a file elsewhere")

    def _add_hard_link(self, package: DebPackage, place: str, member: tarfile.TarInfo) -> None:
        target = self._place(path_of(member.linkname))
        if target not in self.written:
            raise ValueError(f"/{place} is a hard link to a file that is not there")
        if self._is_new(package, place, self.written[target]):
            self._put(place, self.entries[target], hard_link=target)

    def _add_file(
        self, package: DebPackage, place: str, entry: Entry, data: tarfile.TarFile, member: tarfile.TarInfo
    ) -> None:
        content = data.extractfile(member)
        if content is None:  # a pipe or a socket
            return
        if place in self.written:
            self._is_new(package, place, hashlib.sha256(content.read()).hexdigest())
            return
        if place.startswith(self.kept_folder):
            self.kept[place] = content.read()
            content = io.BytesIO(self.kept[place])
        self._put(place, entry, content, member.size)

    def _leads_there(self, place: str, target: str) -> bool:
        """Whether there is a link already that leads to the same folder, in whichever words."""
        known = resolve(self.entries, place)
        meant = target if target.startswith("/") else f"{place.rpartition('/')[0]}/{target}"
        return known is not None and place in self.entries and known == resolve(self.entries, meant)

    def _is_new(self, package: DebPackage, place: str, digest: str) -> bool:
        """Whether this layer lacks a path; two packages may bring the same, but not two things of one name."""
        known = self.written.get(place)
        if known not in {None, digest}:
            what = f"another package has another /{place}"
            raise BuildError(Problem(str(package), what, "take one of them out of `system-packages`"))
        return known is None

    # ------------------------------------------------------------ writing

    def _place(self, path: str) -> str:
        """The path with the links of its folders followed; folders that are missing are made."""
        folder, slash, name = path.rpartition("/")
        if not slash:
            return path
        real = resolve(self.entries, folder)
        if real is None:
            real = self._place(folder)
            if real in self.entries:
                raise ValueError(f"/{real} leads nowhere, and something is to go below it")
            self._put(real, Entry(Kind.FOLDER, 0o755))
        if self.entries[real].kind is not Kind.FOLDER:
            raise ValueError(f"/{real} is a file, and something is to go below it")
        return f"{real}/{name}".lstrip("/")

    def _put(self, path: str, entry: Entry, content: Any = None, size: int = 0, *, hard_link: str = "") -> None:
        member = tarfile.TarInfo(path)
        member.mode = entry.mode & _KEPT_MODE
        member.type = tarfile.LNKTYPE if hard_link else _TYPES[entry.kind]
        member.linkname = hard_link or entry.target
        member.size = size
        hashing = _Hashing(content or io.BytesIO())
        self.tar.addfile(member, hashing if content else None)
        self.entries[path] = entry
        if entry.kind is not Kind.FOLDER:
            self.written[path] = self._identity(entry, hashing, hard_link)

    def _identity(self, entry: Entry, content: _Hashing, hard_link: str) -> str:
        if entry.kind is Kind.LINK:
            return f"link {entry.target}"
        return self.written[hard_link] if hard_link else content.hash.hexdigest()

"""A root file system that grows on the disk: whatever its links say, nothing lands outside of it."""

import os
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hookkit.image.base.tree import Entry, Kind, path_of, resolve

PERMISSIONS: Final = 0o777
_OWN_FOLDER: Final = 0o700
#: Python's own removal of a tree goes down as deep as its calls may.
_DEEPEST: Final = 256


def inside(root: Path, path: str) -> Path | None:
    """Where a path of the image lies on this machine, with all links followed inside the root; None for nowhere."""
    real = resolve(_Links(root), path)
    return None if real is None else root / real


@dataclass(frozen=True)
class _Links:
    """The links of a tree on the disk, as `resolve` asks for them: what is no link is a folder, or will be one."""

    root: Path

    def get(self, path: str, /) -> Entry:
        """What is at a path whose folders are known to be no links."""
        try:
            return Entry(Kind.LINK, PERMISSIONS, str((self.root / path).readlink()))
        except OSError:
            return Entry(Kind.FOLDER, PERMISSIONS)


@dataclass
class Tree:
    """A root file system that grows.

    Attributes:
        folders: paths that are known to be folders, and not to lead through links: most members lie in one of them.
        fresh: what the layer at hand put there, which its own whiteouts don't mean.

    """

    root: Path
    folders: set[str] = field(default_factory=lambda: {""})
    fresh: set[str] = field(default_factory=set)

    def place(self, name: str) -> str:
        """Where a member of this name lands; the folder that it lies in is there afterwards.

        Raises:
            ValueError: its links lead round in circles.

        """
        real = self.find(name)
        self.make_folders(real.rpartition("/")[0])
        return real

    def find(self, name: str) -> str:
        """Where a member of this name would land."""
        folder, _, last = path_of(name).rpartition("/")
        real = folder if folder in self.folders else resolve(_Links(self.root), folder)
        if real is None:
            raise ValueError(f"the links of {folder!r} lead nowhere")
        if real.count("/") >= _DEEPEST:
            raise ValueError(f"{folder[:80]!r} … goes down more than {_DEEPEST} folders")
        return f"{real}/{last}" if real else last

    def make_folders(self, real: str) -> None:
        """Make a folder and those on the way to it; a file that is in the way gives way."""
        missing: list[str] = []
        while real not in self.folders:
            missing.append(real)
            real = real.rpartition("/")[0]
        for path in reversed(missing):
            if not _is_folder(self.root / path):
                self.make_folder(path, PERMISSIONS & ~0o022)
            self.folders.add(path)

    def make_folder(self, path: str, mode: int) -> None:
        """Make one, or take one that is there; it has to be removable again, whatever its mode says."""
        target = self.root / path
        if not _is_folder(target):
            self.clear(path)
            target.mkdir()
        target.chmod(mode & PERMISSIONS | _OWN_FOLDER)
        self.folders.add(path)
        self.fresh.add(path)

    def clear(self, path: str) -> None:
        """Remove what is at a path."""
        target = self.root / path
        try:
            target.unlink()
        except FileNotFoundError:
            return
        except (IsADirectoryError, PermissionError):  # POSIX has the second for a folder
            shutil.rmtree(target)
            self.folders = {""}

    def hide(self, path: str) -> None:
        """Remove what the layers below put at a path; what this one did stays."""
        target = self.root / path
        if _is_folder(target):
            self.hide_below(path)
            with suppress(OSError):  # something of this layer lies in it
                if path not in self.fresh:
                    target.rmdir()
                    self.folders = {""}
        elif path not in self.fresh:
            with suppress(FileNotFoundError, NotADirectoryError):
                target.unlink()

    def hide_below(self, path: str) -> None:
        """The same for all that lies in a folder."""
        target = self.root / path
        for name in os.listdir(target) if _is_folder(target) else ():  # noqa: PTH208 - names, many times
            self.hide(f"{path}/{name}" if path else name)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False

"""Containers of runs that were killed become nothing: each is labelled with its owner, and a later run looks for it."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from hookkit.contract import STAGING_PREFIX
from hookkit.local.volume import remove_all

if TYPE_CHECKING:
    from docker import APIClient

_USER: Final = "io.hookkit.run.user"
_OWNER: Final = "io.hookkit.run.owner"
_FOLDERS: Final = "io.hookkit.run.folders"
#: What the folders of a run are called; a label that names others is not ours.
_FOLDER_NAMES: Final = (STAGING_PREFIX, "hookkit-")


@dataclass(frozen=True)
class Owner:
    """A process: numbers of processes are given again, so that the time of its start counts as well.

    Attributes:
        world: where its number means something: a start of the machine, and a namespace of processes.

    """

    world: str
    process: int
    started: str

    @classmethod
    def this(cls) -> Self | None:
        """This process; None on a system that doesn't tell."""
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
            return cls(f"{boot}/{Path('/proc/self/ns/pid').readlink()}", os.getpid(), _start_of(os.getpid()))
        except OSError:
            return None

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what `str` wrote; None where it's something else."""
        parts = text.split()
        return cls(parts[0], int(parts[1]), parts[2]) if len(parts) == 3 and parts[1].isdecimal() else None  # noqa: PLR2004

    def __str__(self) -> str:
        return f"{self.world} {self.process} {self.started}"

    def is_gone(self, world: str) -> bool:
        """Whether it is known to have ended; a process of another world may live."""
        if self.world != world:
            return False
        try:
            return _start_of(self.process) != self.started
        except OSError:
            return True


def _start_of(process: int) -> str:
    """When a process started, in ticks since the machine did; "" of one that ended and was not reaped yet."""
    facts = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return "" if facts[0] == "Z" else facts[19]


def owner_labels(folders: Iterable[Path]) -> dict[str, str]:
    """Labels of a container of this process, with the folders that have to go with it."""
    owner = Owner.this()
    named = json.dumps([str(folder.absolute()) for folder in folders])
    return {_USER: str(os.getuid()), _OWNER: str(owner or ""), _FOLDERS: named}


def remove_stale(api: "APIClient") -> None:
    """Remove what this user's runs left that are no more, and can't clean up for themselves."""
    from docker.errors import APIError

    here = Owner.this()
    for container in api.containers(all=True, filters={"label": f"{_USER}={os.getuid()}"}) if here else ():
        owner = Owner.read(container["Labels"].get(_OWNER, ""))
        if here and owner and owner.is_gone(here.world):
            with suppress(APIError):  # another run was quicker
                api.remove_container(container["Id"], force=True, v=True)
            _remove_folders(container["Labels"])


def _remove_folders(labels: dict[str, Any]) -> None:
    with suppress(ValueError, TypeError):
        for folder in map(Path, json.loads(labels.get(_FOLDERS, "[]"))):
            if folder.is_absolute() and folder.name.startswith(_FOLDER_NAMES):
                remove_all(folder)

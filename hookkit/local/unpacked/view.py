"""A container's plan and an unpacked image become a View: what the hook's process is, and which files it sees where."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from hookkit.contract import VOLUME
from hookkit.errors import EngineError, Problem
from hookkit.image.oci.model import Image
from hookkit.image.oci.rootfs import inside
from hookkit.local.containerplan import ContainerPlan, Mount

_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: With the machine's network come its names, as engines have it.
_NAMES: Final = ("/etc/hosts", "/etc/resolv.conf")


@dataclass(frozen=True)
class View:
    """A container that is to run without an engine.

    Attributes:
        root: the image's root file system on this machine; it stays as it is.
        mounts: what else is seen, the outer before the inner.
        command: as the image has it, and the call's arguments.
        environment: all of it.
        folder: that the process starts in, as it sees it.
        user: and its group.
        network: whether it has the machine's.

    """

    root: Path
    mounts: tuple[Mount, ...]
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: str
    user: tuple[int, int]
    network: bool

    @property
    def has_volume(self) -> bool:
        """Whether a folder of this machine is the volume."""
        return any(mount.target == VOLUME for mount in self.mounts)

    def target(self, mount: Mount) -> Path:
        """Where on this machine a mount goes: the links of the image lead no further than its root."""
        return self.path(mount.target)

    def path(self, path: str) -> Path:
        """Where on this machine a path of the image lies.

        Raises:
            EngineError: its links lead round in circles.

        """
        real = inside(self.root, path)
        if real is None:
            problem = Problem(path, "leads nowhere in the image: its links go round in circles", "mend the image")
            raise EngineError(problem)
        return real


def view_of(plan: ContainerPlan, image: Image, root: Path) -> View:
    """What an engine would make of a plan and an image.

    Raises:
        EngineError: the image does not say what it runs, or lacks it.

    """
    entrypoint = image.process.get("Entrypoint") or []
    folder = str(PurePosixPath("/", image.process.get("WorkingDir") or "/"))
    user, _, group = plan.user.partition(":")
    own = {name: text for name, text in plan.environment if text is not None}
    view = View(
        root=root,
        mounts=(*plan.mounts, *(_names() if plan.network else ())),
        command=(*map(str, entrypoint), *plan.arguments),
        environment={"PATH": _PATH, "HOME": "/", **image.environment, **own},
        folder=folder,
        user=(int(user), int(group)),
        network=plan.network,
    )
    if not entrypoint:
        raise EngineError(Problem(str(plan.image), "has no entrypoint, and so nothing to run", "give it one"))
    program(view)
    return view


def _names() -> tuple[Mount, ...]:
    files = ((Path(path).resolve(), path) for path in _NAMES)
    return tuple(Mount(source, path, read_only=True) for source, path in files if source.is_file())


def program(view: View) -> tuple[str, Path]:
    """The program of a view's command: its path in the image, links not followed, and its file on this machine.

    Raises:
        EngineError: the image has none.

    """
    name = view.command[0]
    folders = [""] if "/" in name else view.environment["PATH"].split(":")
    for folder in folders:
        path = os.path.normpath(os.path.join(view.folder, folder, name))  # noqa: PTH118 - a path of the image
        file = view.path(path)
        if file.is_file() and file.stat().st_mode & 0o111:
            return path, file
    raise EngineError(Problem(name, "is no program of the image", "mend the image's entrypoint"))

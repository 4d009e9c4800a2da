"""Inputs that root alone may read become copies for the container's user: those of a platform are for the hook to read.

Neither root's files nor their modes change. A process needs no copies: there the hook keeps root's right over files.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hookkit.contract import STAGING_PREFIX
from hookkit.local.containerplan import ContainerPlan, Mount, container_user


def with_readable_inputs(plan: ContainerPlan, folder: Path) -> ContainerPlan:
    """A plan whose user may read all that is mounted to be read; what they may not is copied into a folder."""
    if os.getuid():  # the user is who reads them anyway
        return plan
    mounts = (_readable(mount, folder / str(number)) for number, mount in enumerate(plan.mounts))
    return replace(plan, mounts=tuple(mounts))


def _readable(mount: Mount, copy: Path) -> Mount:
    user, _ = container_user()
    source = mount.source.resolve()
    if not mount.read_only or all(_may_read(path, user) for path in _all_of(source)):
        return mount
    copy.parent.mkdir(exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, copy, symlinks=True, ignore=_uncopied)
    else:
        shutil.copy2(source, copy)
    for path in _all_of(copy):
        _hand_to(path, *container_user())
    return replace(mount, source=copy)


def _all_of(place: Path) -> Iterator[Path]:
    """A file or folder, and all below."""
    yield place
    for below, folders, files in os.walk(place):
        yield from (Path(below, name) for name in (*folders, *files))


def _may_read(path: Path, user: int) -> bool:
    """Whether somebody who is in none of its groups may; what a link leads to is looked at by itself, or not there."""
    facts = path.lstat()
    if not (stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode)):
        return True
    needed = 0o500 if stat.S_ISDIR(facts.st_mode) else 0o400
    allowed = facts.st_mode if facts.st_uid == user else facts.st_mode << 6
    return allowed & needed == needed


def _uncopied(folder: str, names: list[str]) -> list[str]:
    """Pipes, sockets and devices, which don't end; and our own folder, where an output lies in the input."""
    kinds = (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK)
    modes = {name: os.lstat(Path(folder, name)).st_mode for name in names}
    return [
        name for name, mode in modes.items() if name.startswith(STAGING_PREFIX) or not any(kind(mode) for kind in kinds)
    ]


def _hand_to(path: Path, user: int, group: int) -> None:
    os.lchown(path, user, group)
    if not path.is_symlink():
        path.chmod(path.stat().st_mode | (0o500 if path.is_dir() else 0o400))

"""A call's outputs become one volume, and its secrets files, for a container; nothing of either is left after it."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath

from hookkit.contract import VOLUME
from hookkit.local.containerplan import ContainerPlan, container_user
from hookkit.local.run import LocalRun
from hookkit.local.volume.readable import with_readable_inputs
from hookkit.local.volume.stale import note_owner, remove_all, remove_stale_stagings
from hookkit.runtime.command_line import folder_flag
from hookkit.runtime.products import Staging


@contextmanager
def volume_of(run: LocalRun) -> Iterator[tuple[Path, Mapping[str, Staging]]]:
    """The folder that becomes the volume: inside an output's staging folder, so that products need no copy."""
    with ExitStack() as stack:
        staged = {part.name: Staging(run.call.outputs[part.name]) for part in run.spec.outputs}
        for part in run.spec.outputs:
            remove_stale_stagings(staged[part.name].output)
            stack.callback(staged[part.name].remove)
            staged[part.name].create(folder_flag(run.spec, part))
        first = next(iter(staged.values()), None)
        home = first.work if first else Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hookkit-")))
        volume = home / "volume"
        volume.mkdir()
        stack.callback(remove_all, volume)
        yield volume, staged


def owned_folders(volume: Path, staged: Mapping[str, Staging], *others: Path | None) -> list[Path]:
    """The folders of a run, which are known as its own from now on: the next one removes them if this one is killed."""
    others_made = [folder for folder in others if folder is not None]
    stagings = [one.root for one in staged.values()]
    for staging in stagings:
        note_owner(staging, others_made)
    return [*(stagings or [volume.parent]), *others_made]


@contextmanager
def secret_files(run: LocalRun) -> Iterator[Path | None]:
    """A folder with a file a secret, as Kubernetes mounts them: what an engine is told, it shows to all its users."""
    given = {name: secret for name, secret in run.call.secrets.items() if secret}
    if not given:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="hookkit-") as folder:
        for name, secret in given.items():
            file = Path(folder, name)
            file.touch(mode=0o600)
            file.write_text(secret.reveal(), encoding="utf-8")
        give(Path(folder), *container_user())
        yield Path(folder)


def prepared(plan: ContainerPlan, volume: Path) -> ContainerPlan:
    """Prepare the volume: mount points that the engine made would be root's, and the container's user writes it.

    Returns:
        The plan, with inputs that this user may read.

    """
    for mount in plan.mounts:
        if mount.source != volume and PurePosixPath(mount.target).is_relative_to(VOLUME):
            place = volume / PurePosixPath(mount.target).relative_to(VOLUME)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.mkdir(exist_ok=True) if mount.source.is_dir() else place.touch()
        if not mount.read_only and mount.source.is_file():
            give(mount.source, *container_user())
    give(volume, *container_user())
    return with_readable_inputs(plan, volume.parent / "inputs")


def give(folder: Path, user: int, group: int) -> None:
    """Change the owner of a folder and all below, where the caller may: root's container runs as somebody else."""
    if os.getuid():
        return
    os.chown(folder, user, group)
    for below, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.lchown(Path(below, name), user, group)

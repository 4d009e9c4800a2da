"""A call's outputs become one volume, and its secrets files, for a container; what it wrote is handed over after it."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from hookkit.contract import ERROR_FILE, VOLUME
from hookkit.local.containerplan import OUTCOME_FILE, ContainerPlan, container_user
from hookkit.local.run import LocalRun, Told
from hookkit.manifest import output_places
from hookkit.runtime.command_line import folder_flag
from hookkit.runtime.products import Staging

#: No outcome of a runtime is larger; a hook may write what it likes in its place.
_MOST_TOLD_BYTES: Final = 16 << 20


@contextmanager
def volume_of(run: LocalRun) -> Iterator[tuple[Path, Mapping[str, Staging]]]:
    """The folder that becomes the volume: inside an output's staging folder, so that products need no copy."""
    with ExitStack() as stack:
        staged = {part.name: Staging(run.call.outputs[part.name]) for part in run.spec.outputs}
        for part in run.spec.outputs:
            stack.callback(staged[part.name].remove)
            staged[part.name].create(folder_flag(run.spec, part))
        first = next(iter(staged.values()), None)
        home = first.work if first else Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hookkit-")))
        volume = home / "volume"
        volume.mkdir()
        stack.callback(remove_all, volume)
        yield volume, staged


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
    """Prepare the volume: mount points that the engine made would be root's, and the container's user writes it."""
    for mount in plan.mounts:
        if mount.source != volume and PurePosixPath(mount.target).is_relative_to(VOLUME):
            place = volume / PurePosixPath(mount.target).relative_to(VOLUME)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.mkdir(exist_ok=True) if mount.source.is_dir() else place.touch()
        if not mount.read_only and mount.source.is_file():
            give(mount.source, *container_user())
    give(volume, *container_user())
    return plan


def give(folder: Path, user: int, group: int) -> None:
    """Change the owner of a folder and all below, where the caller may: root's container runs as somebody else."""
    if os.getuid():
        return
    os.chown(folder, user, group)
    for below, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.lchown(Path(below, name), user, group)


def hand_over(run: LocalRun, volume: Path, staged: Mapping[str, Staging], *, done: bool) -> None:
    """Move what the container wrote to where the caller wants it; of a hook that failed that is its error.json."""
    for part in run.spec.outputs:
        written = volume / PurePosixPath(output_places(run.spec)[part.name]).relative_to(VOLUME)
        staging = staged[part.name]
        # What the hook wrote may be anything: a link in the place of the folder would lead to the caller's own files.
        is_there = written.is_dir() and written.resolve() == volume.resolve() / written.relative_to(volume)
        if done:
            for product in written.iterdir() if is_there else ():
                shutil.move(product, staging.products / product.name)
            staging.publish(folder_flag(run.spec, part))
        elif is_there and _is_plain(written / ERROR_FILE):
            shutil.move(written / ERROR_FILE, staging.output / ERROR_FILE)


def told_in(volume: Path) -> Told:
    """What the runtime told; nothing where something else than a file of a fair size stands in its place."""
    file = volume / OUTCOME_FILE
    return Told.read(file) if _is_plain(file) and file.lstat().st_size <= _MOST_TOLD_BYTES else Told()


def _is_plain(file: Path) -> bool:
    return os.path.lexists(file) and stat.S_ISREG(file.lstat().st_mode)


def remove_all(folder: Path) -> None:
    """Remove a folder and all in it, what a hook locked, too."""
    for below, folders, _ in os.walk(folder):
        for name in folders:
            place = Path(below, name)
            if not place.is_symlink():
                place.chmod(0o700)  # before it is listed
    shutil.rmtree(folder, ignore_errors=True)

"""Runs a hook's image without a container engine: unpacked once, then in the best way that this machine lets."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from hookkit.cache import Cache
from hookkit.contract import VOLUME, ExitCode
from hookkit.errors import Problem
from hookkit.image.oci.layout import LayoutSource
from hookkit.image.oci.model import Image
from hookkit.image.oci.source import ImageReader
from hookkit.image.oci.unpack import unpack
from hookkit.image.platform import Platform
from hookkit.local.containerplan import ContainerPlan, plan_container
from hookkit.local.enforcement import objections_to
from hookkit.local.log import KeptLog, LogSink
from hookkit.local.ofimage import refuse_other_hooks
from hookkit.local.run import LocalRun
from hookkit.local.unpacked.view import View, view_of
from hookkit.local.volume.folders import give, owned_folders, prepared, secret_files, volume_of
from hookkit.local.volume.handover import hand_over, told_in
from hookkit.manifest import output_places
from hookkit.reference import ImageReference
from hookkit.report import RunReport

if TYPE_CHECKING:
    from hookkit.local.sandbox.confinement import Steps
    from hookkit.local.sandbox.policy import Policy
    from hookkit.local.sandbox.running import Finished
    from hookkit.local.unpacked.ways import Way

#: A Unix socket's name has 107 bytes.
_SHORT: Final = "/tmp"  # noqa: S108 - a folder of our own in it


@dataclass(frozen=True)
class UnpackedRunner:
    """Runs an image of an OCI layout.

    Attributes:
        layout: the folder that `hookkit build --builder oci` wrote.
        image: its name.
        strict: whether a run is refused where a rule can't be enforced.

    """

    layout: Path
    image: ImageReference
    strict: bool = False

    name = "container"

    def command(self, run: LocalRun) -> list[str]:
        """The line of bubblewrap; its products come straight into the output folders, which have to be there."""
        from hookkit.local.unpacked.bubblewrap import shown_line

        image, root = self._unpacked()
        return shown_line(view_of(plan_container(run, self.image), image, root))

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end; see `Runner.run`."""
        from hookkit.local.unpacked.verdict import report_of
        from hookkit.local.unpacked.ways import choose_way

        kept = KeptLog(log)
        image, root = self._unpacked()
        refuse_other_hooks(str(self.image), image.process.get("Labels") or {}, run.spec)
        with (
            volume_of(run) as (volume, staged),
            secret_files(run) as secrets,
            _short_name(volume) as short,
            _scratch() as scratch,
        ):
            owned_folders(volume, staged, secrets, short.parent, scratch)
            plan = plan_container(run, self.image, volume, secrets)
            view = view_of(prepared(plan, volume), image, root)
            way = choose_way(view)
            if not way.has_root:
                view = view_of(_seen_here(run, plan, short), image, root)
            policy, finished = self._confined(run, way, view, scratch, kept)
            give(volume, os.getuid(), os.getgid())
            told = told_in(volume)
            hand_over(run, volume, staged, done=finished.exit_code == ExitCode.DONE and not finished.exceeded)
            return report_of(run, way, policy, finished, told, kept)

    def _confined(
        self, run: LocalRun, way: "Way", view: View, scratch: Path, log: KeptLog
    ) -> "tuple[Policy, Finished]":
        from hookkit.local.sandbox.running import run_confined
        from hookkit.local.unpacked.ways import command_of, policy_of

        policy = policy_of(way, view, scratch, _limits(run))
        command = command_of(way, view, scratch)
        objections = partial(self._objections, way, policy)
        return policy, run_confined(replace(command, objections=objections), policy, log)

    def _objections(self, way: "Way", policy: "Policy", steps: "Steps") -> tuple[Problem, ...]:
        """Why the hook isn't started like this: rules that can't be enforced, where they have to be."""
        from hookkit.local.unpacked.ways import enforcement_by

        return objections_to(enforcement_by(way, steps, policy)) if self.strict else ()

    def _unpacked(self) -> tuple[Image, Path]:
        """The image and its root file system.

        Raises:
            BuildError: there is none, it is damaged, or of another platform.
            CacheError: the cache can't be written.

        """
        cache = Cache.of_user()
        reader = ImageReader(cache, LayoutSource(self.layout, self.image.tag), str(self.layout))
        image = reader.read(Platform.of_this_machine())
        return image, unpack(cache, image, str(self.layout))


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder beside the volume, which a user without rights over it passes through."""
    with tempfile.TemporaryDirectory(prefix="hookkit-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def _limits(run: LocalRun) -> "Policy":
    from hookkit.local.sandbox.policy import Policy

    return Policy(
        network=run.spec.network,
        cpus=run.spec.resources.cpu.amount,
        memory_bytes=int(run.spec.resources.memory.amount),
        seconds=float(run.spec.timeout_seconds),
    )


@contextmanager
def _short_name(volume: Path) -> Iterator[Path]:
    """A link to a volume: sockets have short names, and temporary files lie deep below the author's own output."""
    folders = (folder for folder in (_SHORT, tempfile.gettempdir()) if os.access(folder, os.W_OK | os.X_OK))
    with tempfile.TemporaryDirectory(prefix="hookkit-", dir=min(folders, key=len, default=None)) as folder:
        Path(folder).chmod(0o755)
        link = Path(folder, "v")
        link.symlink_to(volume.resolve())
        yield link


def _seen_here(run: LocalRun, plan: ContainerPlan, volume: Path) -> ContainerPlan:
    """The plan for a process that sees this machine's files: its inputs and outputs by their places here."""
    outputs = {
        name: str(volume / PurePosixPath(place).relative_to(VOLUME)) for name, place in output_places(run.spec).items()
    }
    return replace(plan, arguments=tuple(run.arguments(outputs=outputs)))

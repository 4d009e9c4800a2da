"""Runs a hook's image in a container engine under the platform's rules; its products are handed over at the end."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from hookkit.contract import VOLUME
from hookkit.errors import EngineError, Problem
from hookkit.image.engine import connect
from hookkit.local.containerplan import OUTCOME_FILE, ContainerPlan, container_user, plan_container
from hookkit.local.report import RunReport, measure_outputs
from hookkit.local.run import KeptLog, LocalRun, LogSink, Told
from hookkit.local.signals import forwarded_signals
from hookkit.manifest import output_places
from hookkit.reference import ImageReference
from hookkit.runtime.command_line import folder_flag
from hookkit.runtime.products import Staging

if TYPE_CHECKING:
    from docker.models.containers import Container


@dataclass(frozen=True)
class ContainerRunner:
    """Runs an image in the Docker engine."""

    image: ImageReference

    name = "container"

    def command(self, run: LocalRun) -> list[str]:
        """The `docker run` line, with an output folder for the volume: `run` makes one that nobody else sees."""
        volume = next(iter(run.call.outputs.values()), Path.cwd())
        return plan_container(run, self.image, volume).command_line()

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end; see `Runner.run`."""
        kept = KeptLog(log)
        with _volume(run) as (volume, staged):
            plan = plan_container(run, self.image, volume)
            prepare_volume(volume, plan)
            start = time.monotonic()
            exit_code, out_of_memory = _run(plan, kept)
            duration = time.monotonic() - start
            _take_back(volume)
            told = Told.read(volume / OUTCOME_FILE)
            message = told.message
            if out_of_memory and exit_code:
                message = f"out of memory: it needs more than @hook(memory={str(run.spec.resources.memory)!r}) declares"
            _hand_over(run, volume, staged)
        return RunReport(
            hook=run.spec.name,
            engine=self.name,
            exit_code=exit_code,
            duration_seconds=round(duration, 3),
            peak_memory_bytes=told.peak_memory_bytes,
            message=message,
            outputs=measure_outputs(run.call.outputs),
            log=kept.lines,
        )


# ---------------------------------------------------------------- the volume


@contextmanager
def _volume(run: LocalRun) -> Iterator[tuple[Path, Mapping[str, Staging]]]:
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
        yield volume, staged


def prepare_volume(volume: Path, plan: ContainerPlan) -> None:
    """Make the mount points, which the engine would make as root, and give the volume to the container's user."""
    for mount in plan.mounts:
        below = PurePosixPath(mount.target).relative_to(VOLUME)
        if mount.source == volume:
            continue
        place = volume / below
        if mount.source.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
    _give(volume, *container_user())


def _take_back(volume: Path) -> None:
    _give(volume, os.getuid(), os.getgid())


def _give(folder: Path, user: int, group: int) -> None:
    """Change the owner of a folder and all below, where the caller may: root's container runs as somebody else."""
    if os.getuid():
        return
    os.chown(folder, user, group)
    for below, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.lchown(Path(below, name), user, group)


def _hand_over(run: LocalRun, volume: Path, staged: Mapping[str, Staging]) -> None:
    """Move what the container wrote to where the caller wants it; of a hook that failed that is its error.json."""
    for name, place in output_places(run.spec).items():
        written = volume / PurePosixPath(place).relative_to(VOLUME)
        if not written.is_dir():
            continue
        for entry in sorted(written.iterdir()):
            shutil.move(entry, staged[name].products / entry.name)
        staged[name].publish()


# ---------------------------------------------------------------- the engine


def _run(plan: ContainerPlan, log: LogSink) -> tuple[int, bool]:
    """Exit code of the container, and whether it ran out of memory; the container is gone afterwards."""
    import docker.errors

    with connect() as engine:
        try:
            container = engine.containers.create(**plan.engine_settings())
        except docker.errors.ImageNotFound:
            problem = Problem(f"image {plan.image}", "is not in the engine", "make it with `hookkit build`")
            raise EngineError(problem) from None
        try:
            with forwarded_signals(lambda number: container.kill(number.name)):
                return _watch(container, log)
        finally:
            container.remove(force=True, v=True)


def _watch(container: "Container", log: LogSink) -> tuple[int, bool]:
    container.start()
    for line in _lines(container.logs(stream=True, follow=True)):
        log(line)
    code = int(container.wait()["StatusCode"])
    container.reload()
    state: dict[str, Any] = container.attrs["State"]
    return code, bool(state.get("OOMKilled"))


def _lines(chunks: Any) -> Iterator[str]:
    """Chunks of bytes -> lines of text."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
    if rest:
        yield rest.decode("utf-8", "replace")

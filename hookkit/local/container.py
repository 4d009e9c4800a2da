"""Runs a hook's image in a container engine under the platform's rules; its products are handed over at the end."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from signal import Signals
from threading import Thread
from typing import TYPE_CHECKING

from hookkit.contract import ERROR_FILE, VOLUME, ExitCode
from hookkit.errors import EngineError, Problem
from hookkit.image.docker.engine import connect
from hookkit.local.containerplan import OUTCOME_FILE, ContainerPlan, container_user, plan_container
from hookkit.local.run import Ended, KeptLog, LocalRun, LogSink, Told, Verdict, log_lines, make_report
from hookkit.local.signals import Forward, StopSignals, forwarded_signals
from hookkit.manifest import output_places
from hookkit.reference import ImageReference
from hookkit.report import RunReport
from hookkit.runtime.command_line import folder_flag
from hookkit.runtime.products import Staging

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container


@dataclass(frozen=True)
class ContainerRunner:
    """Runs an image in the Docker engine."""

    image: ImageReference

    name = "container"

    def command(self, run: LocalRun) -> list[str]:
        """The `docker run` line; its products come straight into the output folders, which have to be there."""
        return plan_container(run, self.image).command_line()

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end; see `Runner.run`."""
        kept = KeptLog(log)
        with connect() as engine:
            _refuse_missing(engine, self.image)
            with forwarded_signals() as stops, _volume(run) as (volume, staged), _secret_files(run) as secrets:
                plan = _prepared(plan_container(run, self.image, volume, secrets), volume)
                ended, out_of_memory = _run(engine, plan, kept, stops)
                _give(volume, os.getuid(), os.getgid())
                told = Told.read(volume / OUTCOME_FILE)
                _hand_over(run, volume, staged, done=ended.exit_code == ExitCode.DONE)
        if out_of_memory:
            told = told.saying(f"out of memory: it needs more than @hook(memory={str(run.spec.resources.memory)!r})")
        return make_report(run, self.name, ended, told, kept, Verdict())


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


@contextmanager
def _secret_files(run: LocalRun) -> Iterator[Path | None]:
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
        _give(Path(folder), *container_user())
        yield Path(folder)


def _prepared(plan: ContainerPlan, volume: Path) -> ContainerPlan:
    """Prepare the volume: mount points that the engine made would be root's, and the container's user writes it."""
    for mount in plan.mounts:
        if mount.source != volume and PurePosixPath(mount.target).is_relative_to(VOLUME):
            place = volume / PurePosixPath(mount.target).relative_to(VOLUME)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.mkdir(exist_ok=True) if mount.source.is_dir() else place.touch()
        if not mount.read_only and mount.source.is_file():
            _give(mount.source, *container_user())
    _give(volume, *container_user())
    return plan


def _give(folder: Path, user: int, group: int) -> None:
    """Change the owner of a folder and all below, where the caller may: root's container runs as somebody else."""
    if os.getuid():
        return
    os.chown(folder, user, group)
    for below, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.lchown(Path(below, name), user, group)


def _hand_over(run: LocalRun, volume: Path, staged: Mapping[str, Staging], *, done: bool) -> None:
    """Move what the container wrote to where the caller wants it; of a hook that failed that is its error.json."""
    for part in run.spec.outputs:
        written = volume / PurePosixPath(output_places(run.spec)[part.name]).relative_to(VOLUME)
        staging = staged[part.name]
        if done:
            for product in written.iterdir() if written.is_dir() else ():
                shutil.move(product, staging.products / product.name)
            staging.publish(folder_flag(run.spec, part))
        elif (written / ERROR_FILE).is_file():
            shutil.move(written / ERROR_FILE, staging.output / ERROR_FILE)


# ---------------------------------------------------------------- the engine


def _refuse_missing(engine: "DockerClient", image: ImageReference) -> None:
    """Raise before anything is written; no image is pulled behind the author's back."""
    import docker.errors

    try:
        engine.images.get(str(image))
    except docker.errors.ImageNotFound:
        remedy = "make it with `hookkit build`, or pull it"
        raise EngineError(Problem(f"image {image}", "is not in the engine", remedy)) from None


def _run(engine: "DockerClient", plan: ContainerPlan, log: LogSink, stops: StopSignals) -> tuple[Ended, bool]:
    """Run a container to its end, and say whether it ran out of memory; it is gone afterwards."""
    container = engine.containers.create(**plan.engine_settings())
    try:
        start = time.monotonic()
        container.start()
        stops.forward_to(_killer(container))
        return _watch(container, log, start)
    finally:
        container.remove(force=True, v=True)


def _killer(container: "Container") -> Forward:
    """Pass a signal on from a thread: it interrupts the very code that talks to the engine, which is not reentrant."""

    def kill(number: Signals) -> None:
        from docker.errors import APIError

        with suppress(APIError):  # it has ended
            container.kill(number.name)

    return lambda number: Thread(target=kill, args=(number,), daemon=True).start()


def _watch(container: "Container", log: LogSink, start: float) -> tuple[Ended, bool]:
    for line in log_lines(container.logs(stream=True, follow=True)):
        log(line)
    code = int(container.wait(timeout=None)["StatusCode"])
    seconds = time.monotonic() - start
    container.reload()
    # Engines also say so when only a child of the hook was killed, and the hook went on.
    return Ended(code, seconds), bool(container.attrs["State"].get("OOMKilled")) and code != 0

"""A LocalRun and an image become a ContainerPlan: what the engine is told, and the `docker run` line that says it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

from hookkit.contract import (
    IMAGE_CODE,
    LOG_FORMAT_VARIABLE,
    OUTCOME_VARIABLE,
    PROGRESS_VARIABLE,
    SECRET_FILE_SUFFIX,
    VOLUME,
)
from hookkit.image.docker.engine import engine_host
from hookkit.local.run import LocalRun
from hookkit.local.sandbox.policy import MOST_PROCESSES, SHARED_MEMORY
from hookkit.local.violations.surroundings import Surroundings
from hookkit.local.volume.nobody import choose_nobody
from hookkit.manifest import input_places, output_places
from hookkit.reference import ImageReference
from hookkit.runtime.call import option_variable

#: As Kubernetes has it; /dev/shm is the one place beside the volume that can be written.
SHARED_MEMORY_BYTES: Final = 64 << 20
#: In the volume: what the runtime tells the runner.
OUTCOME_FILE: Final = ".outcome.json"
_PROGRESS: Final = f"{VOLUME}/.progress"
_SECRETS: Final = "/run/secrets"


@dataclass(frozen=True)
class Mount:
    """A file or folder of this machine and where the container sees it."""

    source: Path
    target: str
    read_only: bool

    def __str__(self) -> str:
        """As `docker run --mount` takes it: CSV. Names with a colon, as times in UTC have, would break `--volume`."""
        fields = ["type=bind", f"source={self.source}", f"target={self.target}", *["readonly"] * self.read_only]
        return ",".join(_csv_field(field) for field in fields)


def _csv_field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if {*',"\n\r'} & {*text} else text


@dataclass(frozen=True)
class ContainerPlan:
    """A container: one writable volume, inputs read-only below it, no rights, no network, bounded resources.

    Without a mount of the volume itself it is memory, which holds nothing but what is mounted below.
    """

    image: ImageReference
    arguments: tuple[str, ...]
    mounts: tuple[Mount, ...]
    environment: tuple[tuple[str, str | None], ...]  # None: the caller's own value
    user: str
    network: bool
    cpus: float
    memory_bytes: int

    def command_line(self) -> list[str]:
        """The `docker run` line that runs it."""
        options = [
            "--rm",
            "--init",
            "--read-only",
            f"--network={'bridge' if self.network else 'none'}",
            f"--user={self.user}",
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges",
            f"--cpus={min(self.cpus, os.cpu_count() or 1):g}",  # an engine refuses to promise more
            f"--memory={self.memory_bytes}",
            f"--memory-swap={self.memory_bytes}",
            f"--pids-limit={MOST_PROCESSES}",
            f"--shm-size={SHARED_MEMORY_BYTES}",
            *(f"--env={name}" if text is None else f"--env={name}={text}" for name, text in self.environment),
            *([] if self.has_volume else [f"--tmpfs={VOLUME}"]),
            *(f"--mount={mount}" for mount in self.mounts),
        ]
        if engine_host().endswith("podman.sock"):
            return ["podman", "run", "--read-only-tmpfs=false", *options, str(self.image), *self.arguments]
        return ["docker", "run", *options, str(self.image), *self.arguments]

    @property
    def has_volume(self) -> bool:
        """Whether a folder of this machine is the volume."""
        return any(mount.target == VOLUME for mount in self.mounts)


def plan_container(
    run: LocalRun, image: ImageReference, volume: Path | None = None, secrets: Path | None = None
) -> ContainerPlan:
    """Plan the container that runs a hook.

    Args:
        run: the call.
        image: the hook's.
        volume: a folder that becomes the volume; without one the container writes its outputs in place.
        secrets: a folder with a file a secret; without one they come from the caller's environment.

    """
    inputs, outputs = input_targets(run), output_places(run.spec)
    in_place = [Mount(place, outputs[name], read_only=False) for name, place in run.call.outputs.items()]
    return ContainerPlan(
        image=image,
        arguments=tuple(run.arguments(inputs, outputs)),
        mounts=(
            *([Mount(volume, VOLUME, read_only=False)] if volume else in_place),
            *(Mount(place, inputs[name], read_only=True) for name, place in run.call.inputs.items() if place),
            *([Mount(secrets, _SECRETS, read_only=True)] if secrets else []),
            *([Mount(run.progress_file, _PROGRESS, read_only=False)] if run.progress_file and volume else []),
        ),
        environment=(
            (LOG_FORMAT_VARIABLE, run.log_format),
            *([(OUTCOME_VARIABLE, f"{VOLUME}/{OUTCOME_FILE}")] if volume else []),
            *([(PROGRESS_VARIABLE, _PROGRESS)] if run.progress_file and volume else []),
            *_secret_variables(run, secrets),
        ),
        user="{}:{}".format(*container_user()),
        network=run.spec.network,
        cpus=run.spec.resources.cpu.amount,
        memory_bytes=int(run.spec.resources.memory.amount),
    )


def _secret_variables(run: LocalRun, secrets: Path | None) -> Iterator[tuple[str, str | None]]:
    for name, secret in run.call.secrets.items():
        if secret and secrets:
            yield option_variable(name) + SECRET_FILE_SUFFIX, f"{_SECRETS}/{name}"
        elif secret:
            yield option_variable(name), None


def input_targets(run: LocalRun) -> dict[str, str]:
    """Where each given input lies in the container; a file keeps its name, which may say what it is."""
    return {
        name: target if place.is_dir() else str(PurePosixPath(target, place.name))
        for name, target in input_places(run.spec).items()
        if (place := run.call.inputs[name])
    }


def surroundings_in_image(run: LocalRun) -> Surroundings:
    """What a hook sees around it whose root is its image."""
    return Surroundings(
        code=IMAGE_CODE,
        own_code=run.project.code_root,
        project=run.project.root,
        writable=(*output_places(run.spec).values(), str(SHARED_MEMORY)),
        inputs=tuple(input_targets(run).values()),
    )


@cache
def container_user() -> tuple[int, int]:
    """User and group of the container: the caller's, so that the products are theirs; for root, some of no meaning.

    They are not the image's own: a platform may give any, and a hook that needs its image's fails there.
    """
    if os.getuid():
        return os.getuid(), os.getgid()
    nobody = choose_nobody()
    return nobody, nobody

"""A folder becomes a Podman engine with stores of its own, whose socket is talked to as Docker's is."""

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from docker import DockerClient
from docker.errors import DockerException

#: What has to be installed, by the name of Debian's package where that is another one.
PROGRAMS = ("podman", "conmon", "runc", "netavark")
_INIT = Path("/usr/libexec/podman/catatonit")
_PATIENCE_SECONDS = 30

# crun refuses cgroups that are half v1 and half v2, runc takes any; and Podman's own limits are higher than a machine
# may allow that has no right to raise them.
_SETTINGS = """
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
"""


def missing() -> list[str]:
    """What Podman needs and this machine lacks."""
    programs = [program for program in PROGRAMS if shutil.which(program) is None]
    return [one for one in programs if one != "netavark" or not Path("/usr/lib/podman/netavark").exists()] + (
        [] if _INIT.exists() else ["catatonit"]
    )


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Run an engine in an empty folder, and give its address."""
    settings, socket = folder / "containers.conf", folder / "podman.sock"
    processes = min(resource.getrlimit(resource.RLIMIT_NPROC)[1], 32768)
    settings.write_text(_SETTINGS.format(files=resource.getrlimit(resource.RLIMIT_NOFILE)[1], processes=processes))
    address = f"unix://{socket}"
    # Podman takes no longer name than 50 characters for what it keeps of running containers.
    with TemporaryDirectory(prefix="podman-") as running, (folder / "log").open("w") as log:
        stores = ["--root", str(folder / "root"), "--runroot", running]
        process = subprocess.Popen(
            ["podman", *stores, "system", "service", "--time=0", address],
            cwd=folder,
            env=os.environ | {"CONTAINERS_CONF": str(settings)},
            stdout=log,
            stderr=log,
        )
        try:
            _await(address, process, folder / "log")
            yield address
        finally:
            _remove_containers(address)
            process.terminate()
            process.wait()
            _unmount(folder)
            _unmount(Path(running))


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if Path(address.removeprefix("unix://")).exists():
            with suppress(DockerException):
                DockerClient(base_url=address).close()
                return
        time.sleep(0.05)
    raise RuntimeError(log.read_text())


def _remove_containers(address: str) -> None:
    """Remove what tests that failed have left: it would outlive the service."""
    with suppress(DockerException), closing(DockerClient(base_url=address)) as client:
        for container in client.containers.list(all=True):
            container.remove(force=True)


def _unmount(folder: Path) -> None:
    """Take down what Podman mounts in its stores and leaves there; what lies in it can't be removed else."""
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for place in reversed([place for place in mounts if place.startswith(f"{folder}/")]):
        subprocess.run(["umount", "--lazy", place], check=True)


def copy_image(source: DockerClient, name: str, target: DockerClient) -> None:
    """Give an engine an image that another one holds."""
    target.images.load(b"".join(source.images.get(name).save(named=name)))

"""The environment becomes a client of a container engine, Docker's or Podman's, or one line: why there is none."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal

from hookkit.errors import EngineError, Problem
from hookkit.image.platform import Platform
from hookkit.image.words import causes_of

if TYPE_CHECKING:
    from docker import DockerClient

EngineName = Literal["docker", "podman"]

_UNIX: Final = "unix://"
_USUAL_SOCKET: Final = "/var/run/docker.sock"
#: Below the user's own folder of sockets: those of engines that run without root.
_ROOTLESS_SOCKETS: Final = ("docker.sock", "podman/podman.sock")
_PODMAN_SOCKET: Final = "/run/podman/podman.sock"
_PATIENCE_SECONDS: Final = 2.0
_WITHOUT: Final = "`hookkit run` without --engine and `hookkit build --builder oci` need none"

#: What the system said -> what it means, and what to do. The first that fits counts.
_ABSENCES: Final = (
    (FileNotFoundError, "there is no Docker engine", "start one (Docker or Podman), or set DOCKER_HOST"),
    (
        PermissionError,
        "this user may not talk to the Docker engine",
        "join the group `docker`, or use a rootless one",
    ),
    (ConnectionRefusedError, "no Docker engine listens there", "start it, or set DOCKER_HOST to one that runs"),
    (socket.gaierror, "nobody knows the engine's host", "mend DOCKER_HOST, or unset it for the engine here"),
    (TimeoutError, "the Docker engine does not answer", "look whether it's overloaded, or set DOCKER_HOST"),
)


def engine_host() -> str:
    """Where the engine is: `DOCKER_HOST`, else `CONTAINER_HOST`, else the first of the usual sockets that listens."""
    if named := os.environ.get("DOCKER_HOST") or os.environ.get("CONTAINER_HOST"):
        return named
    return _UNIX + next(filter(listens, usual_sockets()), _USUAL_SOCKET)


def usual_sockets() -> Iterator[str]:
    """Where engines listen, the one that is asked first before the others."""
    yield _USUAL_SOCKET
    if own := os.environ.get("XDG_RUNTIME_DIR"):
        yield from (f"{own}/{name}" for name in _ROOTLESS_SOCKETS)
    yield _PODMAN_SOCKET


def listens(path: str) -> bool:
    """Whether somebody listens on a socket."""
    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(_PATIENCE_SECONDS)
        try:
            plain.connect(path)
        except OSError:
            return False
    return True


@contextmanager
def connect() -> Iterator["DockerClient"]:
    """Give a client of an engine that has answered; close it at the end.

    Raises:
        EngineError: none answers, it refuses this user, or it stops answering while it's used.

    """
    # The SDK takes a while to import, and `hookkit --help` needs none of it.
    import docker

    host = engine_host()
    with engine_answers(host):
        # It asks the engine for its version: none is pinned, new engines refuse old ones.
        client = docker.from_env(environment=os.environ | {"DOCKER_HOST": host})
    try:
        with engine_answers(host):
            yield client
    finally:
        client.close()


def engine_listens() -> bool:
    """Whether something listens where the engine is looked for: known at once, without the SDK.

    An engine of another machine counts as one that is meant: `connect` says what is wrong with it.
    """
    host = engine_host()
    return not host.startswith(_UNIX) or listens(host.removeprefix(_UNIX))


@contextmanager
def engine_answers(host: str = "") -> Iterator[None]:
    """Turn what the SDK and the libraries below it raise, once nobody handled it nearer by, into an EngineError."""
    try:
        yield
    except engine_failures() as error:
        raise EngineError(_problem(error, host or engine_host())) from None


def engine_failures() -> tuple[type[Exception], ...]:
    """What a client raises; the SDK lets the errors of its libraries through."""
    from docker.errors import DockerException
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    return DockerException, RequestException, HTTPError


def engine_name(version: Mapping[str, Any]) -> EngineName:
    """Which engine says so when it's asked for its version."""
    parts = [part.get("Name", "") for part in version.get("Components") or ()]
    return "podman" if "Podman Engine" in parts else "docker"


def engine_platform(client: "DockerClient") -> Platform:
    """What the engine builds for when nobody says."""
    version = client.version()
    return Platform(version["Os"], version["Arch"])


def _problem(error: BaseException, host: str) -> Problem:
    causes = causes_of(error)
    for kind, what, remedy in _ABSENCES:
        if any(isinstance(cause, kind) for cause in causes):
            return Problem(host, what, f"{remedy}; {_WITHOUT}")
    words = getattr(error, "explanation", None) or str(error)
    return Problem(host, f"the Docker engine failed: {words}", f"see its log; {_WITHOUT}")

"""The environment becomes a client of the Docker engine, or one line that says why there is none."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hookkit.errors import EngineError, Problem
from hookkit.image.platform import Platform
from hookkit.image.words import causes_of

if TYPE_CHECKING:
    from docker import DockerClient

_DEFAULT_HOST: Final = "unix:///var/run/docker.sock"
_PATIENCE_SECONDS: Final = 2.0
_WITHOUT: Final = "`hookkit run` without --engine and `hookkit build --builder oci` need none"

#: What the system said -> what it means, and what to do. The first that fits counts.
_ABSENCES: Final = (
    (FileNotFoundError, "there is no Docker engine", "start one (`systemctl start docker`), or set DOCKER_HOST"),
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
    """Where the engine is looked for: `DOCKER_HOST`, else Docker's usual socket."""
    return os.environ.get("DOCKER_HOST") or _DEFAULT_HOST


@contextmanager
def connect() -> Iterator["DockerClient"]:
    """Give a client of an engine that has answered; close it at the end.

    Raises:
        EngineError: none answers, it refuses this user, or it stops answering while it's used.

    """
    # The SDK takes a while to import, and `hookkit --help` needs none of it.
    import docker

    with engine_answers():
        client = docker.from_env()  # asks the engine for its version: none is pinned, new engines refuse old ones
    try:
        with engine_answers():
            yield client
    finally:
        client.close()


def engine_listens() -> bool:
    """Whether something listens where the engine is looked for: known at once, without the SDK.

    An engine of another machine counts as one that is meant: `connect` says what is wrong with it.
    """
    host = engine_host()
    if not host.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(_PATIENCE_SECONDS)
        try:
            plain.connect(host.removeprefix("unix://"))
        except OSError:
            return False
    return True


@contextmanager
def engine_answers() -> Iterator[None]:
    """Turn what the SDK and the libraries below it raise, once nobody handled it nearer by, into an EngineError."""
    from docker.errors import DockerException
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (DockerException, RequestException, HTTPError) as error:  # the SDK lets those of its libraries through
        raise EngineError(_problem(error)) from None


def engine_platform(client: "DockerClient") -> Platform:
    """What the engine builds for when nobody says."""
    version = client.version()
    return Platform(version["Os"], version["Arch"])


def _problem(error: BaseException) -> Problem:
    causes = causes_of(error)
    for kind, what, remedy in _ABSENCES:
        if any(isinstance(cause, kind) for cause in causes):
            return Problem(engine_host(), what, f"{remedy}; {_WITHOUT}")
    words = getattr(error, "explanation", None) or str(error)
    return Problem(engine_host(), f"the Docker engine failed: {words}", f"see its log; {_WITHOUT}")

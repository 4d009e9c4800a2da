"""Settings become a container that runs to its end, its log on the way, and a ContainerEnd; nothing of it is left."""

import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import RawIOBase
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from hookkit.contract import ExitCode
from hookkit.errors import EngineError, Problem
from hookkit.image.docker.engine import engine_failures
from hookkit.image.words import causes_of
from hookkit.local.container.stopping import Stopper
from hookkit.local.log import KeptLog
from hookkit.local.signals import StopSignals

if TYPE_CHECKING:
    from docker import APIClient

#: How long one question waits for a container's end before it is looked whether the engine is still there.
_GLANCE_SECONDS: Final = 10
#: Between the death of a container that somebody removes and the first sign of it in the engine.
_REMOVAL_SECONDS: Final = 0.5


@dataclass(frozen=True)
class ContainerEnd:
    """How a container ended.

    Attributes:
        seconds: from its start to its end.
        out_of_memory: whether one of its processes, not always the first, was killed for want of memory.
        out_of_time: whether it was stopped since its time was over.
        killed: whether it was killed because it did not stop when it was asked to.

    """

    exit_code: int
    seconds: float
    out_of_memory: bool
    out_of_time: bool
    killed: bool


@dataclass(frozen=True)
class Patience:
    """How long a container may run, and how long it may take to stop, in seconds."""

    seconds: float
    grace_seconds: float


def run_container(
    api: "APIClient", settings: dict[str, Any], log: KeptLog, stops: StopSignals, patience: Patience
) -> ContainerEnd:
    """Run a container to its end; it is gone afterwards, whatever happens.

    Raises:
        EngineError: the engine refused the container, went away, or somebody removed the container.

    """
    name = f"hookkit-{uuid.uuid4().hex}"  # ours, so that it can be removed even if the engine's answer got lost
    try:
        with _told_apart():
            api.create_container_from_config(settings, name)  # type: ignore[no-untyped-call]
            return _run(api, name, log, stops, patience)
    finally:
        with suppress(*engine_failures()):  # it is gone; or the engine is, and the next run looks for the container
            api.remove_container(name, force=True, v=True)


def _run(api: "APIClient", name: str, log: KeptLog, stops: StopSignals, patience: Patience) -> ContainerEnd:
    lost = Event()
    with _attached(api, name) as stream:

        def give_up() -> None:
            lost.set()
            _hang_up(stream)

        start = time.monotonic()
        api.start(name)
        with Stopper(lambda number: _kill(api, name, number), give_up, *vars(patience).values()) as stopper:
            stops.forward_to(stopper)
            for chunk in _chunks(stream):
                log.take(chunk)
            log.finish()
            code = _wait(api, name, lost)
        seconds = time.monotonic() - start
    state = _state(api, name, sudden=code == ExitCode.KILLED and not stopper.killed)
    return ContainerEnd(code, seconds, bool(state.get("OOMKilled")), stopper.out_of_time, stopper.killed)


def _kill(api: "APIClient", name: str, number: str) -> bool:
    from docker.errors import APIError

    try:
        api.kill(name, number)
    except APIError:  # it has ended
        return False
    return True


# ---------------------------------------------------------------- the log


@contextmanager
def _attached(api: "APIClient", name: str) -> Iterator[RawIOBase]:
    """What the container will print; attached before it starts, so that nothing is missed and nothing stored."""
    stream = api.attach_socket(name, {"stdout": 1, "stderr": 1, "stream": 1})
    try:
        yield stream
    finally:
        # The SDK keeps the answer there, whose connection has the socket.
        getattr(stream, "_response", stream).close()


def _chunks(stream: RawIOBase) -> Iterator[bytes]:
    """What it prints. An engine that goes away looks like an end: whoever waits for the container then learns of it."""
    from docker.utils.socket import SocketError, frames_iter

    frames = frames_iter(stream, tty=False)  # type: ignore[no-untyped-call]
    while True:
        try:
            _, chunk = next(frames)
        except (StopIteration, OSError, ValueError, SocketError):
            return
        yield chunk


def _hang_up(stream: RawIOBase) -> None:
    """Wake up whoever reads the stream."""
    with suppress(OSError, ValueError), socket.socket(fileno=os.dup(stream.fileno())) as same:
        same.shutdown(socket.SHUT_RDWR)


# ---------------------------------------------------------------- the end


def _wait(api: "APIClient", name: str, lost: Event) -> int:
    """The exit code of the container, whenever it ends, unless the engine is lost."""
    while not lost.is_set():
        try:
            return int(api.wait(name, timeout=_GLANCE_SECONDS)["StatusCode"])
        except engine_failures() as error:
            if not _is_mere_silence(error):
                raise
    raise _lost()


def _is_mere_silence(error: BaseException) -> bool:
    from urllib3.exceptions import ReadTimeoutError

    return any(isinstance(cause, (TimeoutError, ReadTimeoutError)) for cause in causes_of(error))


def _state(api: "APIClient", name: str, *, sudden: bool) -> dict[str, Any]:
    """What the engine says of a container that ended.

    Raises:
        EngineError: somebody removes it, which begins with its sudden death.

    """
    state: dict[str, Any] = api.inspect_container(name)["State"]
    if sudden and not state.get("OOMKilled"):
        time.sleep(_REMOVAL_SECONDS)
        state = api.inspect_container(name)["State"]
        if state.get("Dead") or state.get("Status") in {"removing", "dead"}:
            raise _vanished()
    return state


def _vanished() -> EngineError:
    what = "somebody removed it before the hook ended: how the hook would have ended is not known"
    return EngineError(Problem("the hook's container", what, "run the hook again"))


@contextmanager
def _told_apart() -> Iterator[None]:
    """Give the failures of an engine while it runs a container their names; what it refuses it says itself."""
    from docker.errors import APIError, NotFound

    try:
        yield
    except NotFound:
        raise _vanished() from None
    except APIError:
        raise
    except engine_failures():
        raise _lost() from None


def _lost() -> EngineError:
    what = "the engine went away while the hook ran, or does not answer any more"
    remedy = "see its log; the container that it may have left is removed by the next run"
    return EngineError(Problem("the hook's container", what, remedy))

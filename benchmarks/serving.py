"""A server becomes a timing: from its start to the answer to its first request, on loopback."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from measuring import discard, inherited, require

#: Seconds after which a start, an answer or an end is given up.
PATIENCE: Final = 60
#: Seconds between two attempts.
PAUSE: Final = 0.002


@dataclass(frozen=True)
class Server:
    """A server that takes its port from `PORT` and predictions as cog's protocol has them."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str]
    #: The file that a prediction writes.
    product: Path
    #: The body of a prediction, JSON.
    request: str

    def run(self) -> float:
        """Start it, ask it, stop it; seconds until the answer.

        Raises:
            DidNotRunError: it ended before it answered, or refused, or left no product.

        """
        discard(self.product)
        port, log = _free_port(), self.cwd / "server.log"
        start = time.perf_counter()
        with log.open("wb") as lines, self._start(port, lines.fileno()) as process:
            try:
                answer = _ask(process, port, self.request)
                seconds = time.perf_counter() - start
            finally:
                _stop(process)
        require(self.product, answer or log.read_text(errors="replace"))
        return seconds

    def _start(self, port: int, log: int) -> "subprocess.Popen[bytes]":
        environment = inherited({**self.environment, "PORT": str(port)})
        # A session of its own, so that the end of the group is the end of its workers.
        return subprocess.Popen(
            self.command, cwd=self.cwd, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _ask(process: "subprocess.Popen[bytes]", port: int, request: str) -> str:
    """Send the request until it's answered; the answer, or "" where the process ended before."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError, HTTPException):
            status, answer = _post(port, request)
            if status != HTTPStatus.SERVICE_UNAVAILABLE:
                return answer
        time.sleep(PAUSE)
    return ""


def _post(port: int, request: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", "/predictions", request, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End it as a platform would, then all that it left behind."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)

"""Debian's `docker-registry` becomes an empty container registry on a free port of the loopback."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PROGRAM = "docker-registry"
_LISTENING = re.compile(r"listening on (127\.0\.0\.1:\d+)")


def is_installed() -> bool:
    return shutil.which(PROGRAM) is not None


@contextmanager
def serve(folder: Path, auth: Mapping[str, Any] | None = None, address: str = "127.0.0.1:0") -> Iterator[str]:
    """Run a registry that stores below `folder`, and yield its address as `127.0.0.1:PORT`.

    Port 0: the kernel picks a free one, and no other worker can take it before the registry does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log_file = folder / "registry.log"
    with log_file.open("w") as log, _started(_write_settings(folder, auth, address), log) as process:
        yield _address(process, log_file)


def _write_settings(folder: Path, auth: Mapping[str, Any] | None, address: str) -> Path:
    """Write the registry's settings as JSON, which is YAML, too."""
    settings: dict[str, Any] = {
        "version": "0.1",
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}, "delete": {"enabled": True}},
        "http": {"addr": address},
    } | ({"auth": auth} if auth else {})
    path = folder / "config.yml"
    path.write_text(json.dumps(settings))
    return path


@contextmanager
def _started(settings: Path, log: IO[str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [PROGRAM, "serve", str(settings)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
        try:
            yield process
        finally:
            process.kill()


def _address(process: subprocess.Popen[bytes], log_file: Path) -> str:
    """Read the address that the registry says it listens on. Raises RuntimeError with its log if it ends instead."""
    while not (listening := _LISTENING.search(log_file.read_text())):
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(log_file.read_text())
    return listening[1]

"""Hooks written for a test, run by the runtime as the real process that a container starts."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

#: What every module of a test starts with.
HEADER = """
import ctypes, dataclasses, enum, logging, os, signal, subprocess, sys, tempfile, threading, time, uuid, warnings
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from hookkit import HookContext, HookError, HookStopped, TransientError, hook, run_command
from hookkit import Input, Option, Output, Secret
"""
#: Root reads and writes whatever it likes; without these powers it is like everyone else.
AS_PLAIN_USER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"] if os.geteuid() == 0 else []


class Ended(NamedTuple):
    """How the runtime's process ended."""

    exit_code: int
    stdout: str
    stderr: str
    last_words: str
    folder: Path

    @property
    def records(self) -> list[dict[str, Any]]:
        """All lines of both streams as JSON."""
        return [json.loads(line) for line in (self.stdout + self.stderr).splitlines()]

    @property
    def messages(self) -> list[str]:
        return [record["message"] for record in self.records]

    @property
    def error(self) -> dict[str, Any]:
        """What error.json says; empty where there is none."""
        file = self.folder / "out" / "error.json"
        return dict(json.loads(file.read_text())) if file.is_file() else {}

    @property
    def everything(self) -> str:
        """All that the process told anybody: both streams, the last words, and every file that it left."""
        files = (path.read_text(errors="replace") for path in self.folder.rglob("*") if _is_told(path))
        return "\n".join([self.stdout, self.stderr, self.last_words, *files])

    @property
    def products(self) -> list[str]:
        """What lies in the output folder, hidden files too."""
        return sorted(path.name for path in (self.folder / "out").iterdir()) if (self.folder / "out").is_dir() else []


def _is_told(path: Path) -> bool:
    return path.is_file() and path.suffix not in {".py", ".pyc"} and path.parent.name != "given"


class HookProcess:
    """A module of hooks in a folder of its own, run as `python -m hookkit.runtime`."""

    def __init__(self, folder: Path, repository: Path) -> None:
        self.folder = folder
        self.repository = repository
        self.termination_log = folder / "termination-log"
        self.termination_log.touch()

    def write(self, body: str, name: str = "job") -> None:
        (self.folder / f"{name}.py").write_text(HEADER + dedent(body))

    def write_function(self, body: str) -> None:
        """A hook `run` with one output and this body."""
        lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
        self.write(f"@hook\ndef run(output: Annotated[Path, Output()]) -> None:\n{lines}")

    def start(
        self, *arguments: str, target: str = "job", prefix: Sequence[str] = (), **variables: str
    ) -> subprocess.Popen[str]:
        module = [sys.executable, "-m", "hookkit.runtime"]
        return subprocess.Popen(
            [*prefix, *module, target, *arguments],
            cwd=self.folder,
            env=self.environment(variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(("HOOKKIT_", "PYTHON"))}
        log = {"HOOKKIT_TERMINATION_LOG": str(self.termination_log)}
        return inherited | {"PYTHONPATH": str(self.repository)} | log | dict(variables)

    def wait(self, process: subprocess.Popen[str]) -> Ended:
        stdout, stderr = process.communicate(timeout=60)
        return Ended(process.returncode, stdout, stderr, self.termination_log.read_text(), self.folder)

    def run(self, *arguments: str, **options: Any) -> Ended:
        return self.wait(self.start(*arguments, **options))

    def run_function(self, body: str, *arguments: str, **options: Any) -> Ended:
        """Run a hook with this body and the output folder `out`."""
        self.write_function(body)
        return self.run("--output=out", *arguments, **options)

    def stop(self, number: signal.Signals, **options: Any) -> Ended:
        """Start the hook, stop it when it says `ready`, and wait for its end."""
        process = self.start("--output=out", **options)
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        process.send_signal(number)
        return self.wait(process)

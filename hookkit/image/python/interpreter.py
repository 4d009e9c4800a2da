"""The version of an image's Python becomes an Interpreter of this machine that compiles for it, if there is one."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from hookkit.project import Project, find_python

_QUESTION: Final = (
    "import json, sys; v = sys.version_info; "
    "print(json.dumps([sys.implementation.name, list(v), sys.version, sys.implementation.cache_tag]))"
)


@dataclass(frozen=True)
class Interpreter:
    """A CPython of this machine.

    Attributes:
        version: all that it says about itself, since bytecode differs from patch to patch.
        tag: what files of its bytecode are called by: `cpython-312`.

    """

    executable: Path
    minor: str
    version: str
    tag: str

    @classmethod
    def at(cls, executable: Path) -> Self | None:
        """Ask a program which Python it is; None where it is none whose bytecode other patches of it read."""
        command = [str(executable), "-I", "-S", "-c", _QUESTION]
        try:
            done = subprocess.run(command, env={}, stdin=subprocess.DEVNULL, capture_output=True, check=True)
            name, (major, minor, _, level, _), version, tag = json.loads(done.stdout)
        except (OSError, subprocess.CalledProcessError, ValueError):
            return None
        if (name, level) != ("cpython", "final") or not tag:
            return None
        return cls(executable, f"{major}.{minor}", version, tag)


def find_interpreter(project: Project, minor: str) -> Interpreter | None:
    """The hook's own Python where it is of this version, else any that uv finds; None where there is none."""
    found = (Interpreter.at(one) for one in _candidates(project, minor))
    return next((one for one in found if one and one.minor == minor), None)


def _candidates(project: Project, minor: str) -> Iterator[Path]:
    yield find_python(project).executable
    if path := _found_by_uv(minor):
        yield path


def _found_by_uv(minor: str) -> Path | None:
    """On PATH, or one of those that uv keeps itself; none is downloaded."""
    from uv import find_uv_bin

    command = [find_uv_bin(), "python", "find", minor, "--no-project", "--system", "--no-python-downloads", "--quiet"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return Path(done.stdout.strip()) if done.returncode == 0 and done.stdout.strip() else None

"""Argo's own lint becomes a program, built once a machine; manifests become what it has against them."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from realparts.once import turn

_MODULE = Path(__file__).parents[1] / "argo"
_SOURCES = ("go.mod", "go.sum", "main.go")
#: Where Go's own installer puts it, which need not be on PATH.
_GO_BIN = "/usr/local/go/bin"


class GoAbsentError(Exception):
    """There is no Go toolchain; the message is fit to be a reason for skipping."""


def ensure() -> Path:
    """Give the program `argo`, alone in its folder.

    Raises:
        GoAbsentError: there is no Go.
        RuntimeError: it can't be built.

    """
    go = _find_go()
    builds = _user_cache() / "hookkit-tests" / "argo"
    builds.mkdir(parents=True, exist_ok=True)
    with turn(builds / "lock"):
        program = builds / _key(go) / "argo"
        if not program.exists():
            _forget_others(builds)
            _build(go, program)
    return program


def verdicts(program: Path, paths: Sequence[Path]) -> dict[Path, list[str]]:
    """What Argo has against each file; of the files below a folder, each knows the others."""
    command = [str(program), "verdicts", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return {Path(one["file"]): one["errors"] for one in json.loads(done.stdout)["results"]}


def _find_go() -> str:
    go = shutil.which("go", path=f"{os.environ['PATH']}{os.pathsep}{_GO_BIN}")
    if go is None:
        raise GoAbsentError("no Go here, which builds Argo's lint: install it from Go's own site")
    return go


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()


def _key(go: str) -> str:
    """What the program is made from, as a hash: this Go, the module and its locked dependencies."""
    version = subprocess.run([go, "version"], capture_output=True, check=True).stdout
    return hashlib.sha256(b"\0".join([version, *((_MODULE / name).read_bytes() for name in _SOURCES)])).hexdigest()[:16]


def _forget_others(builds: Path) -> None:
    """What was made from other sources, 60 MB each, is made again where somebody goes back to them."""
    for folder in builds.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)


def _build(go: str, program: Path) -> None:
    """Build into another name first: a build that is stopped leaves no half program behind."""
    unfinished = program.with_name("unfinished")
    flags = ["-buildvcs=false", "-ldflags=-s -w", f"-o={unfinished}"]
    environment = os.environ | {"CGO_ENABLED": "0"}
    command = [go, "build", *flags, "."]
    done = subprocess.run(command, cwd=_MODULE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-4000:]}")
    unfinished.rename(program)

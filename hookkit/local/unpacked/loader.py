"""A View becomes a command line of the image's own dynamic loader, for machines that refuse every namespace.

The process sees this machine's files by this machine's names: the image's program, modules and libraries are named to
it where they were unpacked. What cannot hold: `/mnt/vol` is the volume's folder here, `/proc` and `/dev` are this
machine's, and a path of the image that is written out in code (`/opt/…`) leads nowhere. Of programs there is Python
itself, which is `sys.executable` as ever, and this machine's shell, which starts it.
"""

import re
import shlex
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from hookkit.errors import EngineError, Problem
from hookkit.local.unpacked.view import View, program

_INTERPRETER: Final = 3  # PT_INTERP of ELF
_ELF_64: Final = b"\x7fELF\x02\x01"
_MOST_HEADER_BYTES: Final = 1 << 16
_PYTHON: Final = re.compile(r"python(\d+\.\d+)?t?")
#: Of a virtual environment: its folders, and what its file says about where Python lies.
_PARTS: Final = ("lib", "lib64", "include", "share", "etc")
_OF_PLACE: Final = frozenset({"home", "executable", "command"})
_USUAL_LIBRARIES: Final = ("lib", "usr/lib", "lib64", "usr/lib64", "usr/local/lib")
#: Of the stand-in for Python.
_SHELL: Final = Path("/bin/sh")
#: Where programs, and Python, look for time zones, and which variables say that it's elsewhere.
_TIME_ZONES: Final = "/usr/share/zoneinfo"
_NAMES_OF_TIME_ZONES: Final = ("TZDIR", "PYTHONTZPATH")
_TRIPLETS: Final = ("x86_64-linux-gnu", "aarch64-linux-gnu")


@dataclass(frozen=True)
class Loading:
    """How the image's loader runs a program of it.

    Attributes:
        loader: the image's, on this machine.
        libraries: folders of its libraries.
        path: of the program, in the image.
        file: the same on this machine.

    """

    loader: Path
    libraries: tuple[Path, ...]
    path: str
    file: Path

    def command(self, name: str, *arguments: str) -> list[str]:
        """The line that runs it under a name."""
        folders = ":".join(map(str, self.libraries))
        # Without its cache the loader would still look into this machine's folders, but last.
        options = ["--inhibit-cache", "--argv0", name, "--library-path", folders]
        return [str(self.loader), *options, str(self.file), *arguments]


def plan_loading(view: View) -> Loading:
    """How to run the program of a view.

    Raises:
        EngineError: it isn't one that a loader loads.

    """
    path, file = program(view)
    interpreter = interpreter_of(file)
    if not interpreter:
        what = "can't be run without namespaces, which this machine refuses: it is no program with a dynamic loader"
        raise EngineError(Problem(view.command[0], what, "run it where Docker, Podman or bubblewrap works"))
    return Loading(view.path(interpreter), tuple(_libraries(view)), path, file)


def interpreter_of(file: Path) -> str:
    """The loader that a program asks for; "" where it asks for none. Source: elf(5)."""
    with file.open("rb") as content:
        head = content.read(_MOST_HEADER_BYTES)
    if not head.startswith(_ELF_64):
        return ""
    try:
        (table,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        for number in range(count):
            kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", head, table + number * size)
            if kind == _INTERPRETER:
                return head[offset : offset + length].rstrip(b"\0").decode("utf-8", "replace")
    except struct.error:
        pass
    return ""


# ---------------------------------------------------------------- libraries


def _libraries(view: View) -> Iterator[Path]:
    """Where the image's loader would look, as ld.so(8) has it."""
    named = view.environment.get("LD_LIBRARY_PATH", "").split(":")
    usual = (f"/{folder}{below}" for folder in _USUAL_LIBRARIES for below in (*(f"/{one}" for one in _TRIPLETS), ""))
    found = (view.path(folder) for folder in (*named, *_configured(view, "/etc/ld.so.conf"), *usual) if folder)
    yield from dict.fromkeys(folder for folder in found if folder.is_dir())


def _configured(view: View, file: str, depth: int = 0) -> Iterator[str]:
    """The folders that a file for ldconfig(8) names."""
    try:
        text = view.path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words[:1] == ["include"] and depth == 0:
            for pattern in words[1:]:
                yield from (one for found in _matches(view, pattern) for one in _configured(view, found, depth + 1))
        elif words and words[0].startswith("/"):
            yield words[0]


def _matches(view: View, pattern: str) -> Iterator[str]:
    """The files that a pattern of `include` means: blanks in its last part alone."""
    folder, _, names = str(PurePosixPath("/etc", pattern)).rpartition("/")
    yield from sorted(f"{folder}/{found.name}" for found in view.path(folder).glob(names))


def shell_files() -> tuple[Path, ...]:
    """This machine's shell, where it has one, and what it loads: its loader says so."""
    loader = interpreter_of(_SHELL) if _SHELL.is_file() else ""
    if not loader:
        return (_SHELL,)
    listed = subprocess.run([loader, "--list", str(_SHELL)], capture_output=True, text=True, check=False).stdout
    return (_SHELL, *(Path(word) for word in dict.fromkeys([loader, *listed.split()]) if word.startswith("/")))


# ---------------------------------------------------------------- the process


@dataclass(frozen=True)
class Loaded:
    """A process that the image's loader starts."""

    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path


def load(view: View, loading: Loading, scratch: Path) -> Loaded:
    """The process of a view.

    Args:
        view: its arguments say already where inputs and outputs lie on this machine.
        loading: of its program.
        scratch: a folder for a Python that subprocesses can be started with.

    """
    is_python = _PYTHON.fullmatch(loading.file.name) is not None
    name = str(_stand_in(view, loading, scratch)) if is_python else loading.path
    environment = {name: rooted(view, text) for name, text in view.environment.items()}
    if is_python:  # the program of this name, for those who don't ask sys.executable
        environment["PATH"] = f"{scratch}/bin:{environment['PATH']}"
    environment.pop("LD_LIBRARY_PATH", None)  # it would lead this machine's shell astray
    environment |= {name: str(view.path(_TIME_ZONES)) for name in _NAMES_OF_TIME_ZONES if name not in environment}
    return Loaded(tuple(loading.command(name, *view.command[1:])), environment, view.path(view.folder))


def rooted(view: View, text: str) -> str:
    """A variable's paths that are the image's, as this machine has them: `/opt/a:/b` -> `ROOT/opt/a:/b`."""
    return ":".join(_rooted(view, part) for part in text.split(":"))


def _rooted(view: View, part: str) -> str:
    if not part.startswith("/") or part == "/":
        return part
    seen = [mount for mount in view.mounts if PurePosixPath(part).is_relative_to(mount.target)]
    if seen:
        inner = max(seen, key=lambda mount: len(mount.target))
        return str(inner.source / PurePosixPath(part).relative_to(inner.target))
    place = view.path(part)
    return str(place) if place.exists() else part


def _stand_in(view: View, loading: Loading, scratch: Path) -> Path:
    """A Python in a folder of its own, which takes its modules from the environment that the image's command names.

    Python finds its modules by its own name; that the loader runs it, it does not know, nor do its subprocesses.
    """
    programs = scratch / "bin"
    programs.mkdir(parents=True)
    stand_in = programs / "python"
    line = shlex.join(loading.command(str(stand_in)))
    stand_in.write_text(f'#!{_SHELL}\nexec {line} "$@"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    for alias in {"python3", loading.file.name} - {stand_in.name}:
        (programs / alias).symlink_to(stand_in.name)
    _copy_environment(view.path(str(PurePosixPath(loading.path).parent.parent)), loading.file.parent, scratch)
    return stand_in


def _copy_environment(environment: Path, home: Path, scratch: Path) -> None:
    """Make a virtual environment of links to another's parts; of none, one that has what its Python has."""
    config = environment / "pyvenv.cfg"
    is_virtual = config.is_file()
    said = config.read_text(encoding="utf-8").splitlines() if is_virtual else ["include-system-site-packages = true"]
    kept = [line for line in said if line.partition("=")[0].strip() not in _OF_PLACE]
    (scratch / config.name).write_text("\n".join([f"home = {home}", *kept]) + "\n", encoding="utf-8")
    for folder in _PARTS if is_virtual else ():
        if (environment / folder).is_dir():
            (scratch / folder).symlink_to(environment / folder)

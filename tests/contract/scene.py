"""A home becomes a scene: what lies and runs around a hook on its author's machine, and what a run did to it."""

import hashlib
import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from contract.corpus import HERE
from contract.libraries import make_environment
from realparts.desk import is_running
from realparts.plain_user import PlainUser

#: Folders of the home that a run may change: its outputs, temporary files (looked at by themselves), hookkit's cache.
_CHANGING = frozenset({"runs", "tmp", ".cache"})
#: Folders anywhere that no hook is to change but that are not looked at: they are large, or Python's own.
_LITTER = frozenset({"__pycache__", "dist", ".venv"})
_EVERYBODYS = (Path("/tmp"), Path("/var/tmp"))
_SHARED_MEMORY = Path("/dev/shm")
_SHIPPED = "a,b\n1,2\n"


@dataclass
class Scene:
    """The surroundings of hooks.

    Attributes:
        home: the author's.
        token: digits that nothing else on this machine holds.
        built: the folder `dist` of the project, where hooks are run in an image.
        libraries: that the hook's Python has.

    """

    user: PlainUser
    token: str
    servers: "Servers"
    built: Path | None = None
    libraries: tuple[str, ...] = ()
    outsider: "subprocess.Popen[bytes] | None" = None
    before: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.user.home

    @property
    def secret(self) -> str:
        return f"secret-{self.token}"

    @property
    def project(self) -> Path:
        return self.home / "work" / "project"

    @property
    def input(self) -> Path:
        return self.home / "data" / "in"

    @property
    def far(self) -> tuple[Path, ...]:
        """Places outside of the home that hooks try to write to."""
        temporary = (folder / f"escaped-{self.token}" for folder in _EVERYBODYS)
        return *temporary, _library(self.user.python) / f"escaped_module_{self.token}.py"

    def shared_memory(self) -> list[Path]:
        """Files in memory that hooks left."""
        return list(_SHARED_MEMORY.glob(f"*{self.token}*"))

    def mounts(self) -> list[str]:
        """Where something is mounted in the home."""
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
        return [line.split()[4] for line in lines if line.split()[4].startswith(str(self.home))]

    def places(self) -> dict[str, str]:
        """What a hook is told of it, as its option `scene`."""
        assert self.outsider
        return {
            "home": str(self.home),
            "tmp": str(self.far[0]),
            "var_tmp": str(self.far[1]),
            "outside": str(self.home / "outside"),
            "secrets": str(self.home / "secrets"),
            "other": str(self.home / "work" / "other"),
            "log": _a_log(),
            "disk": _a_disk(),
            "outsider": str(self.outsider.pid),
            "token": self.token,
            **self.servers.places(),
        }

    # ------------------------------------------------------------ before

    def prepare(self) -> None:
        """Make it, or mend what a run did to it."""
        self.end()
        for old in self.home.iterdir():
            shutil.rmtree(old, ignore_errors=True)
        for name, text in self._files().items():
            (self.home / name).parent.mkdir(parents=True, exist_ok=True)
            (self.home / name).write_text(text)
        for folder in ("outside/folder", *_CHANGING):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        for hooks in ("bad", "good"):
            shutil.copytree(HERE / hooks, self.project / "src", ignore=_not_a_hook, dirs_exist_ok=True)
        shutil.copy(HERE / "dispatch.py", self.project / "src")
        if self.built:
            shutil.copytree(self.built, self.project / "dist")
        if self.libraries:
            make_environment(self.project / ".venv", self.user.python, *self.libraries)
        (self.home / "secrets" / "program").chmod(0o755)
        self.servers.open(self.home / "sockets")
        self.user.own(self.home)
        self._add_setuid_program()
        self._start_outsider()
        self.before = dict(self._state())

    def _files(self) -> dict[str, str]:
        return {
            "work/project/pyproject.toml": '[project]\nname = "corpus"\n[tool.hookkit]\nhook = "dispatch"\n',
            "work/project/notes.txt": self.secret,
            "work/project/src/shipped/table.csv": _SHIPPED,
            "work/other/data": self.secret,
            "data/private.txt": self.secret,
            "data/in/example.data": "Hello, Earth\n",
            "secrets/secret": self.secret,
            "secrets/program": f"#!/bin/sh\necho {self.secret}\n",
            ".ssh/id_ed25519": self.secret,
            "outside/file": self.secret,
        }

    def _add_setuid_program(self) -> None:
        """A program that is root whoever runs it: only root can make one."""
        program = self.input / "setuid-id"
        shutil.copy("/usr/bin/id", program)
        program.chmod(0o4755)

    def _start_outsider(self) -> None:
        """Start a process of the author's, which ends with the tests, however they end."""
        command = self.user.command("env", "-C", str(self.home / "secrets"), "cat", TOKEN=self.secret)
        self.outsider = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def end(self) -> None:
        """Stop what runs, and remove what hooks wrote far away."""
        if self.outsider:
            self.outsider.kill()
            self.outsider.communicate()
        self.servers.close()
        for mount in self.mounts():
            subprocess.run(["umount", "--lazy", mount], check=True)
        for path in (*self.far, *self.shared_memory()):
            path.unlink(missing_ok=True)

    # ------------------------------------------------------------ afterwards

    def changes(self) -> list[str]:
        """What a run did to it, in words; nothing of that is mended."""
        assert self.outsider
        after = dict(self._state())
        changed = sorted(path for path in {*self.before, *after} if self.before.get(path) != after.get(path))
        words = [f"{path}: {self.before.get(path, 'nothing')} became {after.get(path, 'nothing')}" for path in changed]
        words += [f"{path} was written" for path in self.far if path.exists()]
        words += [] if is_running(self.outsider.pid) else ["the process outside was stopped"]
        return words + self.servers.visits()

    def _state(self) -> Iterator[tuple[str, str]]:
        for below, folders, files in os.walk(self.home):
            here = Path(below)
            folders[:] = [name for name in folders if name not in _LITTER and here / name not in self._unwatched()]
            for path in (here, *(here / name for name in files)):
                yield str(path.relative_to(self.home)), _described(path)

    def _unwatched(self) -> set[Path]:
        return {self.home / name for name in _CHANGING}


@cache
def _library(python: Path) -> Path:
    """The folder of an interpreter's standard library."""
    asked = [str(python), "-c", "import os; print(os.path.dirname(os.__file__))"]
    return Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())


def _described(path: Path) -> str:
    facts = path.lstat()
    content = hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else ""
    # A folder's time changes with the bytecode that Python leaves in it.
    time = 0 if path.is_dir() else facts.st_mtime_ns
    attributes = [] if path.is_symlink() else os.listxattr(path)
    return f"{stat.filemode(facts.st_mode)} {facts.st_uid}:{facts.st_gid} {time} {content} {attributes}"


def _not_a_hook(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".py")]


def _a_log() -> str:
    """A log of this machine that everybody reads."""
    logs = (path for path in sorted(Path("/var/log").iterdir()) if _is_open_to_all(path))
    return str(next(logs, "/var/log/messages"))


def _is_open_to_all(path: Path) -> bool:
    mode = path.lstat().st_mode
    return stat.S_ISREG(mode) and bool(mode & stat.S_IROTH)


def _a_disk() -> str:
    disks = (Path("/dev", path.name) for path in sorted(Path("/sys/block").iterdir(), reverse=True))
    return str(next((disk for disk in disks if disk.is_block_device()), "/dev/mem"))


# ---------------------------------------------------------------- servers


class Servers:
    """Sockets that nobody is to reach, of all kinds; they answer nothing and remember who came."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._sockets: dict[str, socket.socket] = {}

    def open(self, folder: Path) -> None:
        folder.mkdir()
        abstract = f"\0corpus-{self._token}"
        wanted: dict[str, tuple[socket.AddressFamily, socket.SocketKind, Any]] = {
            "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("", 0)),
            "tcp6": (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("", 0)),
            "unix": (socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "stream")),
            "unix_datagram": (socket.AF_UNIX, socket.SOCK_DGRAM, str(folder / "datagram")),
            "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, abstract),
            "abstract_datagram": (socket.AF_UNIX, socket.SOCK_DGRAM, f"{abstract}-datagram"),
        }
        for name, (family, kind, address) in wanted.items():
            server = self._sockets[name] = socket.socket(family, kind)
            server.setblocking(False)
            server.bind(address)
            if kind == socket.SOCK_STREAM:
                server.listen()
        for path in folder.iterdir():
            path.chmod(0o777)

    def close(self) -> None:
        for server in self._sockets.values():
            server.close()
        self._sockets = {}

    def places(self) -> dict[str, str]:
        """Where they are: ports, paths and names."""
        addresses = {name: server.getsockname() for name, server in self._sockets.items()}
        return {name: _place(address) for name, address in addresses.items()} | {"address": _own_address()}

    def visits(self) -> list[str]:
        """Who came since this was asked last."""
        return [f"somebody reached {name}" for name, server in self._sockets.items() if _was_visited(server)]


def _place(address: Any) -> str:
    if isinstance(address, tuple):
        return str(address[1])
    return address.decode().lstrip("\0") if isinstance(address, bytes) else str(address)


def _was_visited(server: socket.socket) -> bool:
    came = False
    with suppress(BlockingIOError):
        while True:
            if server.type == socket.SOCK_STREAM:
                server.accept()[0].close()
            else:
                server.recv(100)
            came = True
    return came


def _own_address() -> str:
    """An address of this machine that is not the loopback's; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
        asking.connect(("192.0.2.1", 9))
        return str(asking.getsockname()[0])
    return "127.0.0.2"

"""A LocalRun becomes a ProcessPlan: what a confined process writes, reads and uses of this machine, and is told."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from hookkit.bundle import runtime_path
from hookkit.contract import LOG_FORMAT_VARIABLE, OUTCOME_VARIABLE, PROGRESS_VARIABLE
from hookkit.image.code import code_entries
from hookkit.local.interpreter import PythonFolders
from hookkit.local.run import LocalRun
from hookkit.local.sandbox.policy import DEVICES, SYSTEM_FILES, SYSTEM_FOLDERS, Policy
from hookkit.local.violations.surroundings import Surroundings
from hookkit.local.volume.nobody import choose_nobody
from hookkit.project import contained_environment, hook_command

#: A Unix socket's name has 107 bytes: multiprocessing's take some 60 below an output's, with the staging folder's.
_LONGEST_NAME: Final = 44

#: How a machine reaches the network from behind a company's or a hub's gate.
_PROXIES: Final = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Volume:
    """What of this machine a run writes.

    Attributes:
        outputs: each output's folder, by its name.
        called: what the hook gets to know them by: short names, since those of sockets below must be short.
        outcome: the runtime's word at the end.
        home: while the module is imported, and for a hook without an output.
        progress: gets the hook's progress; None where nobody looks.

    """

    outputs: Mapping[str, Path]
    called: Mapping[str, Path]
    outcome: Path
    home: Path
    progress: Path | None = None

    @property
    def writable(self) -> tuple[Path, ...]:
        """All of it."""
        files = (self.outcome, *([self.progress] if self.progress else []))
        return (*self.outputs.values(), *files, self.home)


@dataclass(frozen=True)
class ProcessPlan:
    """A hook's process: the call, the volume, the interpreter's folders, and the code that goes into images."""

    run: LocalRun
    volume: Volume
    python: PythonFolders
    code: tuple[Path, ...]
    user: int | None

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The inputs that were given."""
        return tuple(place for place in self.run.call.inputs.values() if place is not None)

    @cached_property
    def policy(self) -> Policy:
        """Read what the container would have, write the volume, use what is declared."""
        spec = self.run.spec
        return Policy(
            readable=(*self.python.folders, runtime_path(), *self.code, *self.inputs, *self._certificates),
            listed=(self.run.project.code_root,),
            writable=self.volume.writable,
            network=spec.network,
            cpus=spec.resources.cpu.amount,
            memory_bytes=int(spec.resources.memory.amount),
            seconds=float(spec.timeout_seconds),
            user=self.user,
        )

    @property
    def _certificates(self) -> tuple[Path, ...]:
        """Those of whoever runs this machine's way out, where the hook has one."""
        return tuple(map(Path, _given(*_CERTIFICATES).values())) if self.run.spec.network else ()

    @property
    def command(self) -> list[str]:
        """The container's command, with this machine's paths."""
        outputs = {name: str(place) for name, place in self.volume.called.items()}
        return [*hook_command(self.run.project, str(self.run.spec.entry_point)), *self.run.arguments(outputs=outputs)]

    @property
    def environment(self) -> dict[str, str]:
        """The container's variables, and what its runner tells the runtime."""
        told = {LOG_FORMAT_VARIABLE: self.run.log_format, OUTCOME_VARIABLE: str(self.volume.outcome)}
        progress = {PROGRESS_VARIABLE: str(self.volume.progress)} if self.volume.progress else {}
        lifted = _given(*_PROXIES, *_CERTIFICATES) if self.run.spec.network else {}
        own = (
            lifted | dict.fromkeys(("HOME", "TMPDIR"), str(self.volume.home)) | told | progress | self.python.variables
        )
        return contained_environment(self.run.project) | own | self.run.secret_variables()

    @property
    def surroundings(self) -> Surroundings:
        """What the hook sees around it."""
        code = self.run.project.code_root
        writable = (*self.volume.writable, *self.volume.called.values(), *DEVICES)
        return Surroundings(
            code=str(code),
            own_code=code,
            project=self.run.project.root,
            writable=tuple(dict.fromkeys([*map(str, writable), *map(os.path.realpath, writable)])),
            inputs=tuple(map(str, self.inputs)),
            readable=tuple(map(os.path.realpath, (*self.policy.readable, *SYSTEM_FOLDERS, *SYSTEM_FILES))),
        )


def _given(*names: str) -> dict[str, str]:
    """Those of some variables that are set."""
    return {name: os.environ[name] for name in names if os.environ.get(name)}


@contextmanager
def planned(run: LocalRun, python: PythonFolders) -> Iterator[ProcessPlan]:
    """Plan a hook's process; the folders that it writes are there while the block runs."""
    user = None if os.getuid() else choose_nobody()
    with _volume(run) as volume:
        if user is not None:
            with suppress(OSError):  # where there is no other user root stays who it is
                os.chown(volume.home, user, user)
        yield ProcessPlan(run, volume, python, tuple(code_entries(run.project)), user)


@contextmanager
def _volume(run: LocalRun) -> Iterator[Volume]:
    """Make the folders, which have to be there before anybody is confined to them; gone where it comes to no run."""
    outputs = run.call.outputs
    made = [folder for output in outputs.values() for folder in _make(output)]
    try:
        with tempfile.TemporaryDirectory(prefix="hookkit-") as folder:
            home, outcome = Path(folder, "volume"), Path(folder, "outcome.json")
            home.mkdir()
            outcome.touch()
            called = {name: _short(output, Path(folder, name)) for name, output in outputs.items()}
            yield Volume(outputs, called, outcome, home, run.progress_file)
    except BaseException:
        for place in reversed(made):
            with suppress(OSError):  # it holds something
                place.rmdir()
        raise


def _make(folder: Path) -> list[Path]:
    """Make a folder and those above it; the ones that were not there. What can't be made is the runtime's to tell."""
    missing = []
    with suppress(OSError):
        missing = [one for one in (*reversed(folder.parents), folder) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    return missing


def _short(output: Path, link: Path) -> Path:
    """The output itself, or a link where its name is so long that no socket below could be named."""
    if len(os.fsencode(output)) <= _LONGEST_NAME:
        return output
    link.symlink_to(output)
    return link

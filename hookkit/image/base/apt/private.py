"""This machine's configuration of apt becomes an apt of our own: a plain user's state beside the system's.

Sources, keys, pins, proxies and credentials are the machine's; state and cache lie in the user's cache. What the
machine runs after an update is left out: it would act on the machine.
"""

import errno
import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from hookkit.cache import Cache, CacheError
from hookkit.errors import BuildError, Problem
from hookkit.image.base.apt.package import DebPackage, package_of, read_stanzas
from hookkit.image.base.apt.request import AptSettings
from hookkit.image.base.apt.words import DamagedIndexError, apt_error

_KIND: Final = "apt"
_UPDATE: Final = ("apt-get", "--quiet", "update")
_STATE: Final = "state"
_LISTS: Final = f"{_STATE}/lists"
_CONFIGURATION: Final = "apt.conf"
_STATUS: Final = "status"
_TURN: Final = "turn"
_FOLDERS: Final = (f"{_LISTS}/partial", "cache/archives/partial", "sources.list.d")

#: What is taken over of the machine's configuration, by the start of its name, and what of that isn't: where it
#: lies (given below), and what other tools would like to download along.
_KEPT: Final = ("Acquire::", "APT::Default-Release ", "Dir::Etc ", "Dir::Etc::")
_LEFT: Final = ("Dir::Etc::main ", "Dir::Etc::parts ", "Acquire::IndexTargets", "Acquire::Languages")

_OWN: Final = """\
Dir::State "{folder}/state";
Dir::State::lists "lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Cache::archives "archives";
Dir::Log "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
APT::Get::AllowUnauthenticated "false";
APT::Get::Always-Include-Phased-Updates "true";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
"""
#: For an archive that the settings name: of the machine, only its keys count.
_OTHER_SOURCES: Final = """\
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{folder}/sources.list.d";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
"""

_TICK_SECONDS: Final = 0.2
Tick = Callable[[], object]


def _idle() -> None:
    """Do nothing while apt runs."""


@dataclass(frozen=True)
class PrivateApt:
    """An apt that is ours until the block ends that gave it.

    Attributes:
        folder: what it keeps.
        architecture: of the packages that it sees.
        source: where its packages come from, for messages.

    """

    folder: Path
    architecture: str
    source: str

    @property
    def has_indexes(self) -> bool:
        """Whether it knows of packages of its architecture."""
        return any((self.folder / _LISTS).glob(f"*_binary-{self.architecture}_Packages*"))

    def update(self) -> None:
        """Download the archive's indexes and check its signatures.

        Raises:
            BuildError: it can't be reached or trusted, or has nothing for the architecture.

        """
        self.run(*_UPDATE)
        if not self.has_indexes:
            remedy = "name an archive that has them under [tool.hookkit.apt], or build for another platform"
            raise BuildError(Problem(self.source, f"has no packages for {self.architecture}", remedy))

    def show(self, *wanted: str) -> frozenset[DebPackage]:
        """The packages that its indexes have under names, or as `name=version`; options of `apt-cache show` before.

        Raises:
            BuildError: an index describes one in another way than it should.

        """
        try:
            return frozenset(map(package_of, read_stanzas(self.run("apt-cache", "show", *wanted))))
        except (KeyError, ValueError) as error:
            words = f"they lack {error}" if isinstance(error, KeyError) else str(error)
            what = f"says too little of its packages: {words}"
            raise BuildError(Problem(self.source, what, "name another archive under [tool.hookkit.apt]")) from None

    def run(self, *command: str, installed: bytes = b"", folder: Path | None = None, tick: Tick = _idle) -> str:
        """Run one of apt's programs; what it printed. Indexes that turn out to be damaged are downloaded once more.

        Args:
            command: the program and its arguments.
            installed: the dpkg status that it sees.
            folder: what it is run in.
            tick: called while it runs.

        Raises:
            BuildError: it failed.

        """
        try:
            return self._run(command, installed, folder or self.folder, tick)
        except DamagedIndexError:
            shutil.rmtree(self.folder / _STATE)
            _make_folders(self.folder)
        self._run(_UPDATE, installed, self.folder, tick)
        return self._run(command, installed, folder or self.folder, tick)

    def _run(self, command: tuple[str, ...], installed: bytes, folder: Path, tick: Tick) -> str:
        (self.folder / _STATUS).write_bytes(installed)
        environment = os.environ | {"APT_CONFIG": str(self.folder / _CONFIGURATION), "LC_ALL": "C", "LANGUAGE": "C"}
        done = _captured([_found(command[0]), *command[1:]], folder, environment, tick)
        if done.returncode:
            raise apt_error(f"{done.stdout}\n{done.stderr}", self.source)
        return done.stdout


@contextmanager
def private_apt(cache: Cache, settings: AptSettings, architecture: str) -> Iterator[PrivateApt]:
    """Give an apt for an archive and an architecture; of several builds, one at a time has it.

    Raises:
        BuildError: there is no apt here.
        CacheError: the cache can't be written.

    """
    configuration = _machine_configuration()
    key = sha256(repr((settings, architecture, configuration)).encode()).hexdigest()
    folder = cache.folder(_KIND, key, _make_folders)
    with _named_errors(folder), (folder / _TURN).open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # the kernel gives it back even when a build is killed
        _make_folders(folder)
        _configure(folder, settings, architecture, configuration)
        yield PrivateApt(folder, architecture, settings.mirror or "apt")


@contextmanager
def _named_errors(folder: Path) -> Iterator[None]:
    """An error of the file system below our folder becomes a line; others are not ours to explain."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT} and not str(error.filename or "").startswith(str(folder)):
            raise
        remedy = "free some space, run `hookkit cache prune`, or set XDG_CACHE_HOME to a folder that you may write to"
        raise CacheError(Problem(str(folder), f"can't be written: {error.strerror or error}", remedy)) from None


def _found(program: str) -> str:
    if path := shutil.which(program):
        return path
    remedy = "set `base-image` in [tool.hookkit], or build on a Debian or Ubuntu"
    raise BuildError(Problem(program, "is not installed here, and packages need it", remedy))


def _captured(
    command: list[str], folder: Path | None = None, environment: Mapping[str, str] | None = None, tick: Tick = _idle
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, and call `tick` several times a second meanwhile."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True,
        errors="replace",
    ) as process:  # fmt: skip
        try:
            return subprocess.CompletedProcess(command, *_ended(process, tick))
        except BaseException:
            process.kill()
            raise


def _ended(process: subprocess.Popen[str], tick: Tick) -> tuple[int, str, str]:
    """Status, output and errors of a program."""
    while True:
        try:
            output, errors = process.communicate(timeout=_TICK_SECONDS)
        except subprocess.TimeoutExpired:
            tick()
        else:
            return process.returncode, output, errors


def _make_folders(folder: Path) -> None:
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)


def _machine_configuration() -> str:
    """What is taken over of the machine's own configuration."""
    done = _captured([_found("apt-config"), "dump"])
    if done.returncode:
        raise apt_error(done.stderr, "apt")
    lines = (line for line in done.stdout.splitlines() if line.startswith(_KEPT) and not line.startswith(_LEFT))
    return "".join(f"{line}\n" for line in lines)


def _configure(folder: Path, settings: AptSettings, architecture: str, configuration: str) -> None:
    own = _OWN if settings.is_of_this_machine else _OWN + _OTHER_SOURCES
    _write(folder / "sources.list.d" / "hookkit.sources", _sources(settings))
    _write(folder / _CONFIGURATION, configuration + own.format(folder=folder, architecture=architecture))


def _write(path: Path, text: str) -> None:
    """Write what may hold a proxy's password: for this user alone."""
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _sources(settings: AptSettings) -> str:
    """The archive of the settings as a source of apt; source: sources.list(5)."""
    fields = {"Types": "deb", "URIs": settings.mirror, "Suites": settings.suite}
    fields["Components"] = " ".join(settings.components)
    if settings.keyring is not None:
        fields["Signed-By"] = str(settings.keyring.resolve())
    return "".join(f"{name}: {value}\n" for name, value in fields.items()) if settings.mirror else ""

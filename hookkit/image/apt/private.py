"""This machine's configuration of apt becomes an apt of our own: a plain user's state beside the system's.

Sources, keys, pins, proxies and credentials are the machine's; state and cache lie in the user's cache. What the
machine runs after an update is left out: it would act on the machine.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.apt.request import AptSettings
from hookkit.image.apt.words import apt_error

_KIND: Final = "apt"
_LISTS: Final = "state/lists"
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
        self.run("apt-get", "-q", "update")
        if not self.has_indexes:
            remedy = "name an archive that has them under [tool.hookkit.apt], or build for another platform"
            raise BuildError(Problem(self.source, f"has no packages for {self.architecture}", remedy))

    def run(self, program: str, *arguments: str, installed: bytes = b"", folder: Path | None = None) -> str:
        """Run one of apt's programs, with a dpkg status that says what is installed; what it printed.

        Raises:
            BuildError: it failed.

        """
        (self.folder / _STATUS).write_bytes(installed)
        command = [_found(program), *arguments]
        environment = os.environ | {"APT_CONFIG": str(self.folder / _CONFIGURATION), "LC_ALL": "C", "LANGUAGE": "C"}
        done = subprocess.run(
            command, cwd=folder or self.folder, env=environment, capture_output=True, check=False, text=True,
            errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
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
    with (folder / _TURN).open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # the kernel gives it back even when a build is killed
        _configure(folder, settings, architecture, configuration)
        yield PrivateApt(folder, architecture, settings.mirror or "apt")


def _found(program: str) -> str:
    if path := shutil.which(program):
        return path
    remedy = "set `base-image` in [tool.hookkit], or build on a Debian or Ubuntu"
    raise BuildError(Problem(program, "is not installed here, and packages need it", remedy))


def _make_folders(folder: Path) -> None:
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True)


def _machine_configuration() -> str:
    """What is taken over of the machine's own configuration."""
    done = subprocess.run([_found("apt-config"), "dump"], capture_output=True, check=False, text=True, errors="replace")
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

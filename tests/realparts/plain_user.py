"""A command becomes one of a plain user, with a home of their own: root is refused little, and so proves little."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PLAIN_USER = 12345


@dataclass(frozen=True)
class PlainUser:
    """Somebody without any privilege.

    Attributes:
        home: theirs; readable by everybody, in a folder that everybody reaches (pytest's own are root's alone).
        python: an interpreter of our version that they may run.
        switch: the words before a command that make it theirs; none where they are who we are.

    """

    home: Path
    python: Path
    switch: tuple[str, ...] = ()

    def command(self, *command: str, **variables: str) -> list[str]:
        """The command as theirs: nothing of the tests' own environment but PATH and language reaches it."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        own = kept | {"HOME": str(self.home), "TMPDIR": str(self.home / "tmp")} | variables
        return [*self.switch, "env", "-i", *(f"{name}={text}" for name, text in own.items()), *command]

    def own(self, folder: Path) -> None:
        """Make a folder and all below theirs."""
        if self.switch:
            for path in (folder, *folder.rglob("*")):
                os.lchown(path, PLAIN_USER, PLAIN_USER)


@contextmanager
def plain_user() -> Iterator[PlainUser]:
    """A plain user whose home is gone at the end; we ourselves, with another home, where we are no root."""
    with _at_home(plain_python(), tuple(_switch())) as user:
        yield user


@contextmanager
def ourselves() -> Iterator[PlainUser]:
    """Whoever runs the tests, root or not, with a home like a plain user's."""
    with _at_home(Path(sys.executable), ()) as user:
        yield user


@contextmanager
def _at_home(python: Path, switch: tuple[str, ...]) -> Iterator[PlainUser]:
    home = Path(tempfile.mkdtemp(prefix="plain-user-", dir="/tmp"))  # reached by everybody
    try:
        (home / "tmp").mkdir()
        home.chmod(0o755)
        user = PlainUser(home, python, switch)
        user.own(home)
        yield user
    finally:
        shutil.rmtree(home)


@cache
def plain_python() -> Path:
    """Our own interpreter where a plain user reaches it, else the system's of the same version.

    It is the bare interpreter: `site_packages()` goes on its path where the tests' libraries are needed.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    system = (Path(folder, version) for folder in ("/usr/bin", "/usr/local/bin"))
    for python in (Path(sys.executable), *system):
        if subprocess.run([*_switch(), "test", "-x", str(python)], check=False).returncode == 0:
            return python
    raise AssertionError(
        f"no {version} that a plain user may run: install the system's, or put ours where all reach it"
    )


def site_packages() -> Path:
    """Where the libraries of the tests' environment lie."""
    import click

    return Path(click.__file__).parent.parent


def _switch() -> list[str]:
    who = ["--reuid", str(PLAIN_USER), "--regid", str(PLAIN_USER), "--clear-groups"]
    return ["setpriv", *who] if os.geteuid() == 0 else []

"""Where hookkit was called becomes a Desk: who asks, from which folder and project, with which environment."""

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from hookkit.cache import Cache, CacheError
from hookkit.check.doctor.asking import PATIENCE_SECONDS, Answer, ask
from hookkit.errors import ProjectError
from hookkit.project import Project, project_above

_LEAST_SECONDS: Final = 0.1
#: Who installs packages here -> how.
_INSTALLERS: Final = {"apt-get": "apt-get install", "dnf": "dnf install", "zypper": "zypper install", "apk": "apk add"}


@dataclass(frozen=True)
class Desk:
    """A user at a machine.

    Attributes:
        project: that the folder lies in; None where it lies in none.
        mistake: what is wrong with the project; "" where nothing is.
        is_root: whether the user may change the machine.
        since: when looking at it began, by the monotonic clock; None for now.

    """

    environment: Mapping[str, str]
    folder: Path
    project: Project | None
    mistake: str
    is_root: bool
    since: float | None = None

    @classmethod
    def here(cls) -> Self:
        """The desk of this process."""
        project, mistake = None, ""
        try:
            project = project_above(Path.cwd())
        except (ProjectError, CacheError) as error:
            mistake = str(error)
        return cls(os.environ, Path.cwd(), project, mistake, os.geteuid() == 0)

    @property
    def cache(self) -> Cache:
        """The user's cache; CacheError where nobody knows where that is."""
        return Cache.of_user()

    def program(self, name: str) -> str:
        """The path of a program on PATH, "" where there is none."""
        return shutil.which(name, path=self.environment.get("PATH")) or ""

    def ask(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> Answer:
        """Ask a program in the time that is left: whoever asks several gets no more of it."""
        now = time.monotonic()
        left = PATIENCE_SECONDS - (now - (self.since or now))
        folder = self.project.root if self.project else self.folder
        return ask(command, environment or self.environment, folder, seconds=max(_LEAST_SECONDS, left))

    def by_root(self, command: str) -> str:
        """A command that needs root, as this user can have it run."""
        if self.is_root:
            return f"`{command}`"
        if self.program("sudo"):
            return f"`sudo {command}`"
        return f"ask whoever runs this machine for `{command}`"

    def install(self, package: str) -> str:
        """How this user gets a package of the distribution."""
        known = (line for name, line in _INSTALLERS.items() if self.program(name))
        return self.by_root(f"{next(known, 'apt-get install')} {package}")

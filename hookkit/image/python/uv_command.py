"""A command of uv becomes its answer, or the one line that its error means."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hookkit.image.lock import UV_LOCK
from hookkit.image.python.uv_words import dependency_error
from hookkit.project import PYPROJECT, Project, find_python


@dataclass(frozen=True)
class Uv:
    """uv, run in a project, so that the author's own settings for indexes count.

    Attributes:
        target: whom packages are for, in the words of an error.
        variables: for its environment.

    """

    project: Project
    target: str
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, text: str = "") -> str:
        """What uv prints when it gets a text.

        Raises:
            DependencyError: it failed; its words as one line.

        """
        done = subprocess.run(
            self._command(arguments),
            input=text,
            cwd=self.project.root,
            env={**os.environ, "UV_PYTHON_DOWNLOADS": "never", **self.variables},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise dependency_error(done.stderr, source=source_of(self.project), target=self.target)
        return done.stdout

    def _command(self, arguments: Sequence[str]) -> list[str]:
        from uv import find_uv_bin

        python = find_python(self.project).executable
        quiet = ["--quiet", "--no-progress", "--color", "never"]
        return [find_uv_bin(), *arguments, "--python", str(python), *quiet]


def source_of(project: Project) -> Path:
    """The file that says what a project needs: uv.lock where it has one."""
    lock = project.root / UV_LOCK
    return lock if lock.is_file() else project.root / PYPROJECT

"""Lines that people type become what they print, in an environment that has `hookkit`."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shell:
    """Runs lines as one types them.

    Attributes:
        bin: the folder on PATH that has `hookkit`.
        variables: its environment.

    """

    bin: Path
    variables: dict[str, str]

    def run(self, folder: Path, lines: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run lines until one fails; what the last one that ran gave."""
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", lines],
            cwd=folder,
            env=self.variables | {"PATH": f"{self.bin}{os.pathsep}{self.variables['PATH']}"} | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def must(self, folder: Path, lines: str, **variables: str) -> str:
        """Run lines that all work; what they printed on stdout."""
        done = self.run(folder, lines, **variables)
        assert done.returncode == 0, f"{lines}\nexit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

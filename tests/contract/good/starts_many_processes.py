"""Starts many processes, as workflows of programs do."""

import os
import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Starts many processes, as workflows of programs do."""
    for _ in range(40):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
    programs = [subprocess.Popen(["sleep", "0.2"]) for _ in range(40)]
    assert [program.wait() for program in programs] == [0] * 40

    (output / "product").touch()

"""Uses pools of processes, however they start."""

import multiprocessing
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Uses pools of processes, however they start."""
    for method in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(abs, range(-8, 0)) == list(range(8, 0, -1))

    (output / "product").touch()

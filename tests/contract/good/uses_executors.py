"""Uses executors of threads and processes."""

import concurrent.futures
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Uses executors of threads and processes."""
    with concurrent.futures.ProcessPoolExecutor(2) as processes, concurrent.futures.ThreadPoolExecutor(8) as threads:
        assert list(processes.map(abs, [-1, -2])) == list(threads.map(abs, [-1, -2])) == [1, 2]

    (output / "product").touch()

"""Starts many threads, as numerical libraries do."""

import threading
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Starts many threads, as numerical libraries do."""
    end = threading.Event()
    threads = [threading.Thread(target=end.wait) for _ in range(200)]
    for thread in threads:
        thread.start()
    end.set()
    for thread in threads:
        thread.join()

    (output / "product").touch()

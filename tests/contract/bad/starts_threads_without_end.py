"""Makes more threads than the platform lets it."""

import threading
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "processes"
NAMED = ""


@hook(memory="4Gi")
def job(output: Annotated[Path, Output()]) -> None:
    """Makes more threads than the platform lets it."""
    threading.stack_size(1 << 16)
    end = threading.Event()
    threads = [threading.Thread(target=end.wait, daemon=True) for _ in range(3000)]
    try:
        for thread in threads:
            thread.start()
    finally:
        end.set()
    (output / "escaped").touch()

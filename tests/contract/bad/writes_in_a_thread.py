"""Writes outside in a thread."""

import threading
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/thread"


def write(path: str, output: Path) -> None:
    """Write a file."""
    Path(path).write_text("x")  # refused
    (output / "escaped").touch()


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside in a thread."""
    thread = threading.Thread(target=write, args=(scene["outside"] + "/thread", output))
    thread.start()
    thread.join()
    (output / "product").touch()

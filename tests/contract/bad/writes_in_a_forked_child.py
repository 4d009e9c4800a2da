"""Writes outside in a child that multiprocessing forks."""

import multiprocessing
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""


def write(path: str) -> None:
    """Write a file."""
    Path(path).write_text("x")


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside in a child that multiprocessing forks."""
    child = multiprocessing.get_context("fork").Process(target=write, args=(scene["outside"] + "/forked",))
    child.start()
    child.join()
    if child.exitcode:
        raise ChildProcessError(child.exitcode)
    (output / "escaped").touch()

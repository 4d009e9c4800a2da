"""Keeps two processors busy where it declares one."""

import multiprocessing
import resource
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "cpu"
NAMED = ""
TOLD = False


def work_hard() -> None:
    """Work for a while."""
    end = time.monotonic() + 1
    while time.monotonic() < end:
        pass


@hook(cpu=1)
def job(output: Annotated[Path, Output()]) -> None:
    """Keeps two processors busy where it declares one."""

    start = time.monotonic()
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=work_hard) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if used.ru_utime + used.ru_stime < 1.4 * (time.monotonic() - start):
        raise PermissionError("one processor")
    (output / "escaped").touch()

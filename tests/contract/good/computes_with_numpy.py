"""Computes with numpy, in arrays that lie in files."""

from pathlib import Path
from typing import Annotated

import numpy  # type: ignore[import-not-found]

from hookkit import HookContext, Output, hook

SLOW = True
NEEDS = "numpy"


@hook
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Computes with numpy, in arrays that lie in files."""
    array = numpy.memmap(context.work_dir / "array", dtype="float32", mode="w+", shape=(1000, 1000))
    array[:] = 2
    array.flush()
    assert numpy.linalg.norm(array @ array) > 0
    numpy.random.default_rng().random(10).tofile(output / "random")
    numpy.save(output / "product.npy", array)

"""Writes an array outside with numpy's tofile."""

from pathlib import Path
from typing import Annotated

import numpy  # type: ignore[import-not-found]

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""
SLOW = True
NEEDS = "numpy"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes an array outside with numpy's tofile."""
    numpy.zeros(4).tofile(scene["outside"] + "/array")
    (output / "escaped").touch()

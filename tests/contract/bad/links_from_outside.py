"""Gives a file outside a second name among the products, and writes it."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
ALSO = "reads"
NAMED = "{outside}/file"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Gives a file outside a second name among the products, and writes it."""
    os.link(scene["outside"] + "/file", output / "product")  # refused
    (output / "product").write_text("x")
    (output / "escaped").touch()

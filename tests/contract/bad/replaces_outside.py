"""Puts a product in the place of a file outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/file"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Puts a product in the place of a file outside."""
    (output / "product").write_text("x")
    os.replace(output / "product", scene["outside"] + "/file")  # refused
    (output / "escaped").touch()

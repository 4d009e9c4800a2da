"""Gives a product a second name outside."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/link"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Gives a product a second name outside."""
    (output / "product").write_text("x")
    os.link(output / "product", scene["outside"] + "/link")  # refused
    (output / "escaped").touch()

"""Copies a product outside with shutil."""

import shutil
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/copy"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Copies a product outside with shutil."""
    (output / "product").write_text("x")
    shutil.copy(output / "product", Path(scene["outside"], "copy"))  # refused
    (output / "escaped").touch()

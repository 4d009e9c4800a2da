"""Writes a module beside those of the standard library."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "escaped_module"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes a module beside those of the standard library."""
    Path(os.__file__).with_name("escaped_module_" + scene["token"] + ".py").write_text("x = 1")  # refused
    (output / "escaped").touch()

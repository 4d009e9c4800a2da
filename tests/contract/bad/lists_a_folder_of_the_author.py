"""Lists a folder of the author's."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{secrets}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Lists a folder of the author's."""
    (output / "escaped").write_text(repr(os.listdir(scene["secrets"])))  # refused

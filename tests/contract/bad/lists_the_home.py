"""Lists the author's home."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{home}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Lists the author's home."""
    (output / "escaped").write_text(repr(os.listdir(scene["home"])))  # refused

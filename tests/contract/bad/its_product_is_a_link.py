"""Has a link to a secret for a product."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Has a link to a secret for a product."""
    os.symlink(scene["secrets"] + "/secret", output / "product")
    os.symlink(scene["secrets"], output / "folder")

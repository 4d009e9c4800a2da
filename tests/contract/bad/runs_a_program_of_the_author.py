"""Runs a program that lies in a folder of the author's."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = "{secrets}/program"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Runs a program that lies in a folder of the author's."""
    (output / "escaped").write_bytes(subprocess.check_output([scene["secrets"] + "/program"]))  # refused

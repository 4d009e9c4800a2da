"""Writes outside through another Python."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through another Python."""
    code = "import sys; open(sys.argv[1], 'w')"
    subprocess.run([sys.executable, "-c", code, scene["outside"] + "/child"], check=True)
    (output / "escaped").touch()

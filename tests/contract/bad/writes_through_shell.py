"""Writes outside through a shell."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through a shell."""
    subprocess.run(["sh", "-c", 'echo x > "$0"', scene["outside"] + "/shell"], check=True)
    (output / "escaped").touch()

"""Writes outside through a child in a session of its own, with an empty environment."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside through a child in a session of its own, with an empty environment."""
    subprocess.run(
        ["env", "-i", "setsid", "--wait", "sh", "-c", 'echo x > "$0"', scene["outside"] + "/changed"],
        check=True,
        close_fds=True,
    )
    (output / "escaped").touch()

"""Connects to a server through curl."""

import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server through curl."""
    url = "http://" + scene["address"] + ":" + scene["tcp"]
    subprocess.run(["curl", "--silent", "--show-error", "--max-time", "5", url], check=True)
    (output / "escaped").touch()

"""Connects to a server through another Python."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server through another Python."""
    code = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)"
    subprocess.run([sys.executable, "-c", code, scene["address"], scene["tcp"]], check=True)
    (output / "escaped").touch()

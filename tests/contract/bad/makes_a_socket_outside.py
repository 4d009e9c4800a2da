"""Makes a socket outside."""

import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Makes a socket outside."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(scene["outside"] + "/socket")  # refused
    (output / "escaped").touch()

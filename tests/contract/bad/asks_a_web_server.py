"""Asks a web server."""

import urllib.request
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = "{address}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Asks a web server."""
    urllib.request.urlopen("http://" + scene["address"] + ":" + scene["tcp"], timeout=5).close()  # refused
    (output / "escaped").touch()

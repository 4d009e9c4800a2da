"""Looks whether its home is the author's."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "environment"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Looks whether its home is the author's."""
    if scene["home"] not in {os.environ["HOME"], str(Path.home()), os.environ["TMPDIR"], os.getcwd()}:
        raise PermissionError(os.environ["HOME"])
    (output / "escaped").touch()

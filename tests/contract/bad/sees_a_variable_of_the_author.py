"""Reads a variable of the author's."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

RULE = "environment"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads a variable of the author's."""
    (output / "escaped").write_text(os.environ["AUTHORS_TOKEN"])

"""Makes a database outside."""

import sqlite3
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Makes a database outside."""
    with sqlite3.connect(scene["outside"] + "/database") as database:
        database.execute("create table x (y)")
    (output / "escaped").touch()

"""Looks for files in the author's home."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "reads"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Looks for files in the author's home."""
    found = sorted(map(str, Path(scene["home"]).rglob("*")))
    (output / ("escaped" if found else "product")).write_text(repr(found))

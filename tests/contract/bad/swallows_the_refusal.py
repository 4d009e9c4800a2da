"""Writes outside, and goes on where that is refused."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""
TOLD = False


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside, and goes on where that is refused."""
    try:
        Path(scene["outside"], "swallowed").write_text("x")
    except OSError:
        (output / "product").touch()
    else:
        (output / "escaped").touch()

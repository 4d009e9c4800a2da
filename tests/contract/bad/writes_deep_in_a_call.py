"""Writes outside in a function that the hook calls with a path from elsewhere."""

from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}/deep"


def save(record: dict[str, str], folder: Path) -> None:
    """Write a record."""
    (folder / record["name"]).write_text(str(record))  # refused


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes outside in a function that the hook calls with a path from elsewhere."""
    save({"name": "deep"}, Path(scene["outside"]))
    (output / "escaped").touch()

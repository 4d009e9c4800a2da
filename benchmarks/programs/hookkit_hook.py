"""The work as a hook: a text, upper case, and ten options of mixed types."""
# ruff: noqa: ARG001, PLR0913, PLR0917 - ten options are given and read; that costs what is measured

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from hookkit import Input, Option, Output, hook


class Band(Enum):
    """A band of Sentinel-2."""

    RED = "B04"
    NEAR_INFRARED = "B08"


@hook
def shout(
    source: Annotated[Path, Input("Folder that holds example.data")],
    target: Annotated[Path, Output("Folder for the result")],
    title: Annotated[str, Option("Title of the product")],
    level: Annotated[int, Option("Level of compression", ge=1, le=9)],
    share: Annotated[float, Option("Largest share of clouds", ge=0, le=1)],
    quick: Annotated[bool, Option("Whether to be quick about it")],
    method: Annotated[Literal["nearest", "bilinear"], Option("Method of resampling")],
    band: Annotated[Band, Option("Band to read")],
    day: Annotated[date, Option("Day of the acquisition")],
    tags: Annotated[list[str], Option("Words for the catalogue")],
    limit: Annotated[int | None, Option("Most lines to write")],
    mask: Annotated[Path, Option("Name of the mask")],
) -> None:
    """Write the text of example.data in upper case."""
    (target / "result.data").write_text((source / "example.data").read_text().upper())

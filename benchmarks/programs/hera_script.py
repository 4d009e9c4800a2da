"""The work as a script of Hera's, whose parameters are a pydantic model."""

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from hera.workflows import Input, script
from pydantic import Field


class Band(Enum):
    """A band of Sentinel-2."""

    RED = "B04"
    NEAR_INFRARED = "B08"


class Parameters(Input):
    """The input, the output and the ten options."""

    source: Path
    target: Path
    title: str
    level: Annotated[int, Field(ge=1, le=9)]
    share: Annotated[float, Field(ge=0, le=1)]
    quick: bool
    method: Literal["nearest", "bilinear"]
    band: Band
    day: date
    tags: list[str]
    limit: int | None
    mask: Path


@script(constructor="runner")
def shout(parameters: Parameters) -> None:
    """Write the text of example.data in upper case."""
    (parameters.target / "result.data").write_text((parameters.source / "example.data").read_text().upper())

"""The work as a script that an author would write by hand: argparse reads, pydantic checks."""

from argparse import ArgumentParser
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field


class Band(Enum):
    """A band of Sentinel-2."""

    RED = "B04"
    NEAR_INFRARED = "B08"


class Parameters(BaseModel):
    """The input, the output and the ten options."""

    input: Path
    output: Path
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


def shout(parameters: Parameters) -> None:
    """Write the text of example.data in upper case."""
    (parameters.output / "result.data").write_text((parameters.input / "example.data").read_text().upper())


if __name__ == "__main__":
    parser = ArgumentParser()
    for name in Parameters.model_fields:
        parser.add_argument(f"--{name}", required=True, action="append" if name == "tags" else "store")
    shout(Parameters.model_validate(vars(parser.parse_args())))

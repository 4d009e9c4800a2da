"""The work as a task of Flyte's, which knows no bounds, and choices as an Enum alone."""
# mypy: disable-error-code="import-not-found, untyped-decorator"
# ruff: noqa: ARG001, FBT001, PLR0913, PLR0917 - ten inputs are given and read; that costs what is measured

from datetime import date
from enum import Enum
from pathlib import Path

from flytekit import task


class Method(Enum):
    """A method of resampling."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"


class Band(Enum):
    """A band of Sentinel-2."""

    RED = "B04"
    NEAR_INFRARED = "B08"


@task
def shout(
    source: str,
    target: str,
    title: str,
    level: int,
    share: float,
    quick: bool,
    method: Method,
    band: Band,
    day: date,
    tags: list[str],
    limit: int | None,
    mask: str,
) -> None:
    """Write the text of example.data in upper case."""
    Path(target, "result.data").write_text(Path(source, "example.data").read_text().upper())

"""Writes a GeoTIFF outside with rasterio."""

from pathlib import Path
from typing import Annotated

import numpy  # type: ignore[import-not-found]
import rasterio  # type: ignore[import-not-found]

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = ""
SLOW = True
NEEDS = "rasterio"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Writes a GeoTIFF outside with rasterio."""
    profile = {"driver": "GTiff", "width": 8, "height": 8, "count": 1, "dtype": "uint8"}
    with rasterio.open(scene["outside"] + "/raster.tif", "w", **profile) as raster:
        raster.write(numpy.ones((1, 8, 8), "uint8"))
    (output / "escaped").touch()

"""Writes a GeoTIFF in another projection with rasterio."""

from pathlib import Path
from typing import Annotated

import numpy  # type: ignore[import-not-found]
import rasterio  # type: ignore[import-not-found]
from rasterio.transform import from_bounds, from_origin  # type: ignore[import-not-found]
from rasterio.warp import reproject, transform_bounds  # type: ignore[import-not-found]

from hookkit import Output, hook

SLOW = True
NEEDS = "rasterio"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Writes a GeoTIFF in another projection with rasterio."""
    transform = from_origin(500000, 5500000, 10, 10)
    profile = {"driver": "GTiff", "width": 256, "height": 256, "count": 1, "dtype": "uint8"}
    with rasterio.open(output / "product.tif", "w", crs="EPSG:32633", transform=transform, **profile) as raster:
        raster.write(numpy.ones((256, 256), "uint8"), 1)
        raster.build_overviews([2, 4])
    with rasterio.open(output / "product.tif") as raster:
        assert transform_bounds(raster.crs, "EPSG:4326", *raster.bounds)[0] > 10
        seen = numpy.zeros((64, 64), "uint8")
        west, south, east, north = transform_bounds(raster.crs, "EPSG:3857", *raster.bounds)
        there = {"dst_crs": "EPSG:3857", "dst_transform": from_bounds(west, south, east, north, 64, 64)}
        reproject(raster.read(1), seen, src_crs=raster.crs, src_transform=transform, num_threads=2, **there)
        assert seen.any()

"""Two bands of a scene become a vegetation index and a mask of what is green."""

import logging
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated

from hookkit import HookError, Input, Option, Output, hook
from vegetation_index.grid import Grid, read_grid, write_grid

NO_GRID = 101
NO_MATCH = 102
#: Outside of what an index or a mask can be.
NO_DATA = -9.0

log = logging.getLogger(__name__)


class Index(Enum):
    """The vegetation indices on offer."""

    NDVI = "ndvi"
    EVI2 = "evi2"


#: Reflectances of red and near infrared (0 to 1) -> index. Sources: Rouse et al. 1974; Jiang et al. 2008.
FORMULAS: Mapping[Index, Callable[[float, float], tuple[float, float]]] = {
    Index.NDVI: lambda red, nir: (nir - red, nir + red),
    Index.EVI2: lambda red, nir: (2.5 * (nir - red), nir + 2.4 * red + 1),
}


@hook(version="1.0.0", title="Vegetation index", cpu="500m", memory="512Mi", timeout_seconds=900)
def vegetation_index(
    red: Annotated[Path, Input("Red band: an ESRI ASCII grid, or a folder that holds one")],
    near_infrared: Annotated[Path, Input("Near-infrared band on the same grid")],
    index_map: Annotated[Path, Output("Folder for the index")],
    mask: Annotated[Path, Output("Folder for the mask: 1 where it is green, 0 where not", optional=True)],
    index: Annotated[Index, Option("Which index")] = Index.NDVI,
    threshold: Annotated[float, Option("From this index on it is green", ge=-1, le=1)] = 0.3,
    decimals: Annotated[int, Option("Decimals of the index", ge=0, le=6)] = 4,
    write_mask: Annotated[bool, Option("Whether to write the mask")] = True,
    scale: Annotated[float | None, Option("What the bands' numbers are divided by to be reflectances", gt=0)] = None,
) -> None:
    """Tell how green the land is, from red and near-infrared light."""
    bands = [_read_band(red), _read_band(near_infrared)]
    if bands[0].georeference != bands[1].georeference:
        raise HookError("red and near infrared are not on the same grid", code=NO_MATCH)

    greenness = bands[0].with_cells(_compute(index, bands, scale or 1.0))
    _write(index_map / f"{index.value}.asc", greenness, decimals)
    if write_mask:
        _write(mask / "mask.asc", greenness.with_cells(_is_green(greenness, threshold)), decimals=0)
    log.info("%s of %d cells", index.name, len(greenness.cells))


def _read_band(place: Path) -> Grid:
    files = [place] if place.is_file() else sorted(place.glob("*.asc"))
    if len(files) != 1:
        raise HookError(f"{place.name} holds {len(files)} files *.asc, not one", code=NO_GRID)
    try:
        return read_grid(files[0].read_text(encoding="utf-8"))
    except ValueError as error:
        raise HookError(f"{files[0].name} is no ESRI ASCII grid: {error}", code=NO_GRID) from None


def _compute(index: Index, bands: list[Grid], scale: float) -> tuple[float | None, ...]:
    pairs = zip(bands[0].cells, bands[1].cells, strict=True)
    return tuple(
        None if red is None or nir is None else _divide(*FORMULAS[index](red / scale, nir / scale))
        for red, nir in pairs
    )


def _divide(numerator: float, denominator: float) -> float | None:
    """A pixel without any light has no index."""
    return numerator / denominator if denominator else None


def _is_green(greenness: Grid, threshold: float) -> tuple[float | None, ...]:
    return tuple(None if cell is None else float(cell >= threshold) for cell in greenness.cells)


def _write(file: Path, grid: Grid, decimals: int) -> None:
    file.write_text(write_grid(grid, decimals, NO_DATA), encoding="utf-8")

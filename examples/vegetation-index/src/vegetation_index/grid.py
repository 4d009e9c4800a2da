"""The text of an ESRI ASCII grid becomes a Grid, and a Grid text again."""

from dataclasses import dataclass, replace

_NO_DATA = "NODATA_value"
_HEADER = ("ncols", "nrows", "xllcorner", "yllcorner", "cellsize", _NO_DATA)


@dataclass(frozen=True)
class Grid:
    """A raster.

    Attributes:
        georeference: size, place and cell size, as the file's header writes them; one text a key.
        cells: row after row from the north-west corner; None where there is no data.

    """

    georeference: tuple[tuple[str, str], ...]
    cells: tuple[float | None, ...]

    def with_cells(self, cells: tuple[float | None, ...]) -> "Grid":
        """Give another raster of the same place."""
        return replace(self, cells=cells)


def read_grid(text: str) -> Grid:
    """Read a grid; ValueError where the text is none."""
    header = _read_header(text)
    words = text.split()[2 * len(_HEADER) :]
    no_data = float(header.pop(_NO_DATA))
    if len(words) != (expected := int(header["ncols"]) * int(header["nrows"])):
        msg = f"it has {len(words)} cells, its header says {expected}"
        raise ValueError(msg)
    values = (float(word) for word in words)
    return Grid(tuple(header.items()), tuple(None if value == no_data else value for value in values))


def _read_header(text: str) -> dict[str, str]:
    words = text.split()
    by_key = {key.lower(): word for key, word in zip(words[0:12:2], words[1:12:2], strict=False)}
    if missing := [key for key in _HEADER if key.lower() not in by_key]:
        msg = f"its header has no {missing[0]}"
        raise ValueError(msg)
    return {key: by_key[key.lower()] for key in _HEADER}


def write_grid(grid: Grid, decimals: int, no_data: float) -> str:
    """Write a grid with so many decimals."""
    columns = int(dict(grid.georeference)["ncols"])
    texts = [f"{no_data if cell is None else cell:.{decimals}f}" for cell in grid.cells]
    header = [f"{key} {word}" for key, word in (*grid.georeference, (_NO_DATA, f"{no_data:.{decimals}f}"))]
    rows = [" ".join(texts[start : start + columns]) for start in range(0, len(texts), columns)]
    return "\n".join([*header, *rows]) + "\n"

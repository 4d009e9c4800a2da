"""The functions that read and write files, of Python and of the libraries of Earth observation: what each takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Mode(IntEnum):
    """What is done to a file, the surest and worst last."""

    NAMED = 0
    READ = 1
    WRITE = 2


@dataclass(frozen=True)
class Opener:
    """A function that takes paths.

    Attributes:
        places: which of its arguments are paths, with what is done to each.
        keywords: the same by name.
        mode_at: the number of the argument that says whether it writes; -1 where none does.

    """

    places: tuple[tuple[int, Mode], ...]
    keywords: tuple[tuple[str, Mode], ...] = ()
    mode_at: int = -1


_READS: Final = Opener(((0, Mode.READ),))
_WRITES: Final = Opener(((0, Mode.WRITE),))
_FROM_TO: Final = Opener(((0, Mode.READ), (1, Mode.WRITE)), (("src", Mode.READ), ("dst", Mode.WRITE)))
_MOVES: Final = Opener(((0, Mode.WRITE), (1, Mode.WRITE)), (("src", Mode.WRITE), ("dst", Mode.WRITE)))
_MODED: Final = Opener(((0, Mode.READ),), (("file", Mode.READ),), mode_at=1)
_LOGS: Final = Opener((), (("filename", Mode.WRITE),))
_LOGS_FIRST: Final = Opener(((0, Mode.WRITE),), (("filename", Mode.WRITE),))
_TEMPORARY: Final = Opener((), (("dir", Mode.WRITE),))


def _of(module: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{module}.{name}" for name in names)


OPENERS: Final[Mapping[str, Opener]] = {
    **dict.fromkeys(("open", *_of("io", "open"), *_of("codecs", "open"), *_of("gzip", "open")), _MODED),
    **dict.fromkeys((*_of("bz2", "open"), *_of("lzma", "open"), *_of("tarfile", "open"), "zipfile.ZipFile"), _MODED),
    **dict.fromkeys(("os.open", "os.fdopen", "rasterio.open", "fiona.open", "h5py.File", "netCDF4.Dataset"), _MODED),
    **dict.fromkeys(("numpy.memmap", "numpy.lib.format.open_memmap"), Opener(((0, Mode.READ),), mode_at=2)),
    **dict.fromkeys(
        (
            *_of("os", "listdir", "scandir", "walk", "stat", "lstat", "readlink", "access"),
            *_of("os.path", "exists", "isfile", "isdir", "getsize", "getmtime"),
            *_of("glob", "glob", "iglob"),
            *_of("numpy", "load", "loadtxt", "genfromtxt", "fromfile"),
            *_of("pandas", "read_csv", "read_parquet", "read_json", "read_excel", "read_feather", "read_pickle"),
            *_of("pandas", "read_hdf", "read_table", "read_xml"),
            *_of("geopandas", "read_file", "read_parquet", "read_feather"),
            *_of("xarray", "open_dataset", "open_mfdataset", "open_dataarray", "open_zarr", "load_dataset"),
            *_of("xarray", "open_datatree", "load_dataarray"),
            *_of("rioxarray", "open_rasterio"),
            *_of("osgeo.gdal", "Open", "OpenEx", "Info"),
            *_of("osgeo.ogr", "Open"),
            *_of("gdal", "Open", "OpenEx"),
            *_of("PIL.Image", "open"),
            *_of("cv2", "imread"),
            *_of("tifffile", "imread", "TiffFile"),
            *_of("imageio", "imread"),
            *_of("imageio.v3", "imread"),
            *_of("skimage.io", "imread"),
            *_of("joblib", "load"),
            *_of("torch", "load"),
            *_of("pystac.Item", "from_file"),
            *_of("pystac.Catalog", "from_file"),
            *_of("fsspec", "open", "open_files", "open_local"),
            *_of("zarr", "open", "open_group", "open_array"),
            *_of("pyarrow.parquet", "read_table", "ParquetFile"),
        ),
        _READS,
    ),
    **dict.fromkeys(
        (
            *_of("os", "mkdir", "makedirs", "remove", "unlink", "rmdir", "removedirs", "truncate", "mkfifo", "mknod"),
            *_of("os", "chmod", "chown", "utime"),
            *_of("shutil", "rmtree"),
            *_of("numpy", "save", "savez", "savez_compressed", "savetxt"),
            *_of("cv2", "imwrite"),
            *_of("tifffile", "imwrite", "TiffWriter"),
            *_of("imageio", "imwrite"),
            *_of("imageio.v3", "imwrite"),
            *_of("skimage.io", "imsave"),
            *_of("matplotlib.pyplot", "savefig", "imsave"),
            *_of("sqlite3", "connect"),
            *_of("shelve", "open"),
            *_of("osgeo.gdal", "Translate", "Warp", "BuildVRT", "Rasterize"),
        ),
        _WRITES,
    ),
    **dict.fromkeys(_of("os", "rename", "renames", "replace"), _MOVES),
    **dict.fromkeys(_of("os", "link", "symlink"), Opener(((1, Mode.WRITE),), (("dst", Mode.WRITE),))),
    "shutil.move": _MOVES,
    "logging.basicConfig": _LOGS,
    **dict.fromkeys(_of("logging", "FileHandler"), _LOGS_FIRST),
    **dict.fromkeys(_of("logging.handlers", "RotatingFileHandler", "TimedRotatingFileHandler"), _LOGS_FIRST),
    "urllib.request.urlretrieve": Opener(((0, Mode.READ), (1, Mode.WRITE)), (("filename", Mode.WRITE),)),
    **dict.fromkeys(_of("shutil", "copy", "copy2", "copyfile", "copytree"), _FROM_TO),
    "shutil.make_archive": Opener(((0, Mode.WRITE), (2, Mode.READ)), (("base_name", Mode.WRITE),)),
    "shutil.unpack_archive": Opener(((0, Mode.READ), (1, Mode.WRITE)), (("extract_dir", Mode.WRITE),)),
    **dict.fromkeys(_of("joblib", "dump"), Opener(((1, Mode.WRITE),))),
    **dict.fromkeys(_of("torch", "save"), Opener(((1, Mode.WRITE),))),
    **dict.fromkeys(_of("tempfile", "mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile"), _TEMPORARY),
    **dict.fromkeys(_of("tempfile", "TemporaryDirectory", "SpooledTemporaryFile", "mktemp"), _TEMPORARY),
    "pathlib.Path": Opener(((0, Mode.NAMED),)),
}

#: What is done to a Path by its methods.
METHODS: Final[Mapping[str, Mode]] = {
    **dict.fromkeys(("write_text", "write_bytes", "mkdir", "touch", "unlink", "rmdir", "rename"), Mode.WRITE),
    **dict.fromkeys(("replace", "symlink_to", "hardlink_to", "chmod"), Mode.WRITE),
    **dict.fromkeys(("read_text", "read_bytes", "iterdir", "glob", "rglob", "walk", "exists"), Mode.READ),
    **dict.fromkeys(("is_file", "is_dir", "stat", "open"), Mode.READ),
}
#: Methods of others that write a file that their first argument names, whatever they are methods of.
WRITERS: Final = frozenset({
    *("to_netcdf", "to_csv", "to_parquet", "to_zarr", "to_raster", "to_excel", "to_pickle", "to_feather", "to_hdf"),
    *("savefig", "tofile", "write_image", "extractall"),
})  # fmt: skip

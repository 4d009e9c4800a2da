"""Calls that read and write files, of Python and of the libraries of Earth observation, become Accesses."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from hookkit.check.project.literals import Known, Start, known
from hookkit.check.project.module import Module


class Mode(IntEnum):
    """What is done to a file, the surest and worst last."""

    NAMED = 0
    READ = 1
    WRITE = 2


@dataclass(frozen=True)
class Access:
    """A path that is known, at least how it starts, and what is done to it."""

    known: Known
    mode: Mode
    node: ast.Call


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
            *_of("logging", "FileHandler"),
            *_of("logging.handlers", "RotatingFileHandler", "TimedRotatingFileHandler"),
            *_of("sqlite3", "connect"),
            *_of("shelve", "open"),
            *_of("osgeo.gdal", "Translate", "Warp", "BuildVRT", "Rasterize"),
        ),
        _WRITES,
    ),
    **dict.fromkeys(_of("os", "rename", "renames", "replace"), _MOVES),
    **dict.fromkeys(_of("os", "link", "symlink"), Opener(((1, Mode.WRITE),), (("dst", Mode.WRITE),))),
    "shutil.move": _MOVES,
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
_METHODS: Final[Mapping[str, Mode]] = {
    **dict.fromkeys(("write_text", "write_bytes", "mkdir", "touch", "unlink", "rmdir", "rename"), Mode.WRITE),
    **dict.fromkeys(("replace", "symlink_to", "hardlink_to", "chmod"), Mode.WRITE),
    **dict.fromkeys(("read_text", "read_bytes", "iterdir", "glob", "rglob", "walk", "exists"), Mode.READ),
    **dict.fromkeys(("is_file", "is_dir", "stat", "open"), Mode.READ),
}
#: Methods of others that write a file that their first argument names, whatever they are methods of.
_WRITERS: Final = frozenset({
    *("to_netcdf", "to_csv", "to_parquet", "to_zarr", "to_raster", "to_excel", "to_pickle", "to_feather", "to_hdf"),
    *("savefig", "tofile", "write_image", "extractall"),
})  # fmt: skip
_PROGRAMS: Final = frozenset({
    *_of("subprocess", "run", "Popen", "call", "check_call", "check_output"),
    *("hookkit.run_command", "hookkit.command.run_command"),
})  # fmt: skip


def accesses(module: Module) -> Iterator[Access]:
    """What a module does to files whose path it knows, each path once: by the worst that is done to it."""
    worst: dict[tuple[int, str], Access] = {}
    for one in _all(module):
        # What starts at the code's own place starts at the same node everywhere.
        key = (id(one.known.origin), one.known.text if one.known.start is Start.CODE else "")
        if key not in worst or worst[key].mode < one.mode:
            worst[key] = one
    yield from worst.values()


def _all(module: Module) -> Iterator[Access]:
    for call, name in module.calls:
        if opener := OPENERS.get(name):
            yield from _opened(module, call, name, opener)
        elif isinstance(call.func, ast.Attribute):
            yield from _by_method(module, call, call.func)


def _opened(module: Module, call: ast.Call, name: str, opener: Opener) -> Iterator[Access]:
    named = dict(opener.keywords)
    arguments = [(call.args[number], mode) for number, mode in opener.places if number < len(call.args)]
    arguments += [(one.value, named[one.arg]) for one in call.keywords if one.arg in named]
    for node, mode in arguments:
        if path := known(module, node):
            yield Access(path, _moded(module, call, name, opener.mode_at) if opener.mode_at > 0 else mode, call)


def _moded(module: Module, call: ast.Call, name: str, at: int) -> Mode:
    """Whether a call that is told so writes; where nobody knows what it is told, it only names the file."""
    node = next((one.value for one in call.keywords if one.arg in {"mode", "flags"}), None)
    node = call.args[at] if node is None and at < len(call.args) else node
    if node is None:
        return Mode.READ
    if name == "os.open":
        flags = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
        return Mode.WRITE if flags & {"O_WRONLY", "O_RDWR", "O_CREAT", "O_APPEND"} else Mode.READ
    mode = known(module, node)
    if mode is None or not mode.whole:
        return Mode.NAMED
    return Mode.WRITE if set("wax+") & set(mode.text.partition(":")[0]) else Mode.READ


def _by_method(module: Module, call: ast.Call, function: ast.Attribute) -> Iterator[Access]:
    method = function.attr
    if method in _WRITERS and call.args and (path := known(module, call.args[0])):
        yield Access(path, Mode.WRITE, call)
    owner = known(module, function.value) if method in _METHODS else None
    if owner is None or not owner.is_path:
        return
    yield Access(owner, _moded(module, call, method, 0) if method == "open" else _METHODS[method], call)
    if method in {"rename", "replace"} and call.args and (target := known(module, call.args[0])):
        yield Access(target, Mode.WRITE, call)


@dataclass(frozen=True)
class Program:
    """A program that is started: its words, as far as they are known, and the call."""

    words: tuple[Known | None, ...]
    call: ast.Call


def programs(module: Module) -> Iterator[Program]:
    """The programs that a module starts, by a list of words or by a shell's text."""
    for call, name in module.calls:
        if not call.args:
            continue
        words = call.args[0]
        if name in _PROGRAMS and isinstance(words, ast.List | ast.Tuple):
            yield Program(tuple(known(module, one) for one in words.elts), call)
        elif (name in _PROGRAMS or name in {"os.system", "os.popen"}) and (text := known(module, words)):
            first, *_ = (*text.text.split(), "")
            yield Program((Known(first, text.origin),), call)

"""A tree that uv installed here becomes files of the image's virtual environment, with no trace of this machine."""

import base64
import csv
import hashlib
import io
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from hookkit.contract import IMAGE_PYTHON
from hookkit.image.plan import LayerFile

#: The installer's notes about where a package came from: URLs, with credentials at times, and paths of this machine.
_NOTES: Final = frozenset({"direct_url.json", "uv_build.json", "uv_cache.json"})
_RECORD: Final = "RECORD"

#: The folder of packages: of whichever Python uv was run with, and split in two by some distributions.
_PACKAGES: Final = re.compile(r"lib(?:64)?/python3\.\d+/")
#: A first line that names a Python, and the longer one for paths that the kernel can't take there.
_SHEBANG: Final = re.compile(rb"\A#!(?:/bin/sh\n'''exec' [^\n]*\n' '''|[^\n]*python[^\n/]*)\n")


def environment_files(tree: Path, python: str) -> tuple[LayerFile, ...]:
    """The files of an installed tree by their path in a virtual environment of that Python, sorted.

    Scripts start with the image's Python, and each package's RECORD tells the truth about them.
    """
    found = {path.relative_to(tree).as_posix(): path for path in _walk(tree)}
    kept = {name: path for name, path in found.items() if name != ".lock" and not _is_note(PurePosixPath(name))}
    scripts = {name: _with_shebang(path) for name, path in kept.items() if name.startswith("bin/") and _is_script(path)}
    changed = scripts | {name: _mended(name, path, scripts) for name, path in kept.items() if _is_record(name)}
    files = (
        LayerFile(_place(name, python), changed.get(name, path), os.access(path, os.X_OK))
        for name, path in kept.items()
    )
    return tuple(sorted(files, key=lambda one: one.path))


def _walk(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _place(name: str, python: str) -> str:
    return _PACKAGES.sub(f"lib/python{python}/", name, count=1) if _PACKAGES.match(name) else name


def _is_record(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name == _RECORD and path.parent.suffix == ".dist-info"


def _is_note(path: PurePosixPath) -> bool:
    return path.name in _NOTES and path.parent.suffix == ".dist-info"


def _is_script(path: Path) -> bool:
    with path.open("rb") as file:  # programs of many megabytes lie here as well
        return file.read(2) == b"#!"


def _with_shebang(path: Path) -> bytes:
    return _SHEBANG.sub(b"#!%s\n" % IMAGE_PYTHON.encode(), path.read_bytes(), count=1)


def _mended(name: str, path: Path, scripts: Mapping[str, bytes]) -> bytes:
    """A RECORD without the notes, and with hash and size of the scripts as they are now."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    packages = PurePosixPath(name).parent.parent
    for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
        if not _is_note(PurePosixPath(row[0])):
            script = scripts.get(os.path.normpath(packages / row[0]))
            writer.writerow(row if script is None else [row[0], _hash(script), str(len(script))])
    return text.getvalue().encode()


def _hash(content: bytes) -> str:
    """As the specification of recorded installations writes it: SHA-256, URL-safe, without padding."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()

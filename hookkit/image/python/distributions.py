"""A tree that uv installed here becomes Distributions of the image's environment, with no trace of this machine."""

import base64
import csv
import hashlib
import io
import json
import os
import re
import stat
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from hookkit.contract import IMAGE_PYTHON
from hookkit.image.layer import LayerFile

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

#: The installer's notes about where a package came from: URLs, with credentials at times, and paths of this machine.
_NOTES: Final = frozenset({"direct_url.json", "uv_build.json", "uv_cache.json"})
_RECORDS: Final = "lib*/python3.*/site-packages/*.dist-info/RECORD"
#: The folder of packages: of whichever Python uv was run with, and split in two by some distributions.
_PACKAGES: Final = re.compile(r"lib(?:64)?/python3\.\d+/")
#: A first line that names a Python, and the longer one for paths that the kernel can't take there.
_SHEBANG: Final = re.compile(rb"\A#!(?:/bin/sh\n'''exec' [^\n]*\n' '''|[^\n]*python[^\n/]*)\n")
_LICENCE: Final = "License :: "


@dataclass(frozen=True)
class Distribution:
    """A package as it is installed in the image.

    Attributes:
        name, version: as its METADATA has them.
        key: a digest, in hex, of its files: equal keys, equal files.
        entries: its files by their path below `IMAGE_ROOT`, sorted.
        size: of all its files, in bytes.
        licence: its SPDX expression where it gives one, else what it says about it; "" where it says nothing.
        hashes: those (`sha256:…`) that its wheel may have by the lock.

    """

    name: str
    version: str
    key: str
    entries: tuple[LayerFile, ...]
    size: int
    licence: str = ""
    hashes: tuple[str, ...] = ()


#: Name and version -> the hashes that the lock allows.
Hashes = Callable[[str, str], tuple[str, ...]]


def read_distributions(tree: Path, python: str, hashes: Hashes) -> tuple[Distribution, ...]:
    """What is installed in a tree, each with the files that its RECORD lists, sorted by name.

    Scripts start with the image's Python, RECORDs tell the truth about them, and what nobody recorded is dropped.

    Args:
        tree: the folder that `uv pip install --prefix` filled.
        python: the minor version of Python that gets it: `3.12`.
        hashes: what the lock says of a package.

    """
    installed = [_Installed(tree, record, python) for record in sorted(tree.glob(_RECORDS))]
    owners = _owners(installed)
    found = (one.distribution(hashes, owners) for one in installed)
    return tuple(sorted(found, key=lambda one: one.name.lower()))


class _Row(NamedTuple):
    """A file that a RECORD lists: where it goes in the environment, where it lies, its hash, and what it is."""

    place: str
    path: Path
    digest: str
    status: os.stat_result


@dataclass(frozen=True, eq=False)
class _Installed:
    """A distribution in the tree, known by its RECORD."""

    tree: Path
    record: Path
    python: str

    @cached_property
    def rows(self) -> tuple[_Row, ...]:
        packages = self.record.parent.parent.relative_to(self.tree).as_posix()
        with self.record.open(encoding="utf-8", newline="") as file:
            return tuple(self._rows(packages, csv.reader(file)))

    def _rows(self, packages: str, listed: Iterator[list[str]]) -> Iterator[_Row]:
        root = str(self.tree)
        for name, digest, *_ in listed:
            inside = os.path.normpath(f"{packages}/{name}")
            if _is_note(inside) or inside.startswith(("../", "/")):
                continue
            try:
                status = os.lstat(f"{root}/{inside}")
            except OSError:  # recorded and not there: nothing to speak of
                continue
            if stat.S_ISREG(status.st_mode):
                yield _Row(_place(inside, self.python), Path(root, inside), digest, status)

    def distribution(self, hashes: Hashes, owners: Mapping[str, "_Installed"]) -> Distribution:
        rows = {row.place: row for row in self.rows if owners.get(row.place, self) is self}
        changed = self._changed(rows)
        sizes = (len(changed[place]) if place in changed else row.status.st_size for place, row in rows.items())
        entries = tuple(
            LayerFile(row.place, changed.get(row.place, row.path), _is_program(row)) for row in rows.values()
        )
        metadata = _metadata(self.record.parent)
        name, version = str(metadata["Name"]), str(metadata["Version"])
        allowed = hashes(name, version)
        return Distribution(
            name=name,
            version=version,
            key=_key(changed[self._record_place], entries, allowed),
            entries=tuple(sorted(entries, key=lambda one: one.path)),
            size=sum(sizes),
            licence=_licence(metadata),
            hashes=allowed,
        )

    @property
    def _record_place(self) -> str:
        return _place(self.record.relative_to(self.tree).as_posix(), self.python)

    def _changed(self, rows: Mapping[str, _Row]) -> dict[str, bytes]:
        """What is not as it lies in the tree: the scripts, and the RECORD that tells of them."""
        scripts = {place: _with_shebang(row.path) for place, row in rows.items() if _is_script(row)}
        text = io.StringIO()
        lines = (self._line(row, scripts.get(place)) for place, row in sorted(rows.items()))
        csv.writer(text, lineterminator="\n").writerows(lines)
        return {**scripts, self._record_place: text.getvalue().encode()}

    def _line(self, row: _Row, script: bytes | None) -> tuple[str, str, int | str]:
        packages = f"lib/python{self.python}/site-packages/"
        inside = row.place.startswith(packages)
        name = row.place.removeprefix(packages) if inside else os.path.relpath(row.place, packages)
        if row.path == self.record:
            return name, "", ""
        return (name, row.digest, row.status.st_size) if script is None else (name, _record_hash(script), len(script))


def _owners(installed: list[_Installed]) -> dict[str, _Installed]:
    """Whose a file is that several list: the first whose hash it has, since uv lets the last one written stay."""
    claimants: dict[str, list[tuple[_Installed, _Row]]] = defaultdict(list)
    for one in installed:
        for row in one.rows:
            claimants[row.place].append((one, row))
    return {place: _owner(claims) for place, claims in claimants.items() if len(claims) > 1}


def _owner(claims: list[tuple[_Installed, _Row]]) -> _Installed:
    digest = _record_hash(claims[0][1].path.read_bytes())
    return next((one for one, row in claims if row.digest == digest), claims[0][0])


def _place(name: str, python: str) -> str:
    return _PACKAGES.sub(f"lib/python{python}/", name, count=1) if _PACKAGES.match(name) else name


def _is_note(name: str) -> bool:
    folder, _, last = name.rpartition("/")
    return last in _NOTES and folder.endswith(".dist-info")


def _is_program(row: _Row) -> bool:
    return bool(row.status.st_mode & stat.S_IXUSR)


def _is_script(row: _Row) -> bool:
    if not row.place.startswith("bin/"):
        return False
    with row.path.open("rb") as file:  # programs of many megabytes lie here as well
        return file.read(2) == b"#!"


def _with_shebang(path: Path) -> bytes:
    return _SHEBANG.sub(b"#!%s\n" % IMAGE_PYTHON.encode(), path.read_bytes(), count=1)


def _record_hash(content: bytes) -> str:
    """As the specification of recorded installations writes it: SHA-256, URL-safe, without padding."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _key(record: bytes, entries: tuple[LayerFile, ...], hashes: tuple[str, ...]) -> str:
    """From the RECORD, which has the hash of every file; the wheel's own, since a RECORD may be wrong about them."""
    shape = [record.decode(), sorted(one.path for one in entries if one.executable), hashes]
    return hashlib.sha256(json.dumps(shape).encode()).hexdigest()


def _metadata(folder: Path) -> "PackageMetadata":
    from importlib.metadata import PathDistribution  # costs a rebuild that installs nothing more than it has

    return PathDistribution(folder).metadata


def _licence(metadata: "PackageMetadata") -> str:
    """The clearest of what METADATA says: an expression, classifiers, a line of text."""
    classes = [one for one in metadata.get_all("Classifier") or () if one.startswith(_LICENCE)]
    said = [
        *(metadata.get_all("License-Expression") or ()),
        ", ".join(one.rpartition(" :: ")[2] for one in classes),
        *(metadata.get_all("License") or ()),
    ]
    return next((text.strip().splitlines()[0] for text in said if text.strip()), "")

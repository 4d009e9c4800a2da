"""The .debs of packages become one layer, tar to tar: nothing is unpacked on the host, and no script of them runs."""

import fnmatch
import hashlib
import io
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from hookkit.errors import BuildError, Problem
from hookkit.image.apt.contents import (
    CA_BUNDLE,
    CA_FOLDER,
    FILES,
    FOLDER_LINKS,
    FOLDERS,
    LEFT_OUT,
    LINKS,
    MULTIARCH,
    SPARED,
)
from hookkit.image.apt.deb import open_deb
from hookkit.image.apt.package import DebPackage
from hookkit.image.apt.writer import TreeWriter
from hookkit.image.tree import Entry, EscapeError, Kind

#: Goes up when the same packages are to give another layer.
FORMAT: Final = 1
_STATUS: Final = "var/lib/dpkg/status.d"


def write_layer(
    tar: tarfile.TarFile, debs: Sequence[tuple[DebPackage, Path]], *, base: Mapping[str, Entry] | None = None
) -> None:
    """Write the members of packages, as they would be after an installation, into an open tar.

    Equal arguments give equal members in the same order: without times, owned by root.

    Args:
        tar: takes the members.
        debs: packages with the files that hold them.
        base: what is there already, by path; None for a base that is assembled here, which gets the root's own files.

    Raises:
        BuildError: a .deb is damaged, has a device, leads out of the image, or is at odds with another.

    """
    writer = TreeWriter(tar, dict(base or {}), _unneeded(debs))
    if base is None:
        writer.add_root()
    for package, path in sorted(debs):
        with _named_errors(package):
            _add_deb(writer, package, path)
    writer.add_certificates()
    writer.add_links({MULTIARCH[package.architecture] for package, _ in debs if package.architecture in MULTIARCH})


def _add_deb(writer: TreeWriter, package: DebPackage, path: Path) -> None:
    with open_deb(path) as deb:
        control = deb.control()
        with deb.data() as data:
            for member in data:
                writer.add_member(package, data, member)
    writer.add_text(f"{_STATUS}/{package.name}", control)


def _unneeded(debs: Sequence[tuple[DebPackage, Path]]) -> re.Pattern[str]:
    """What is left out of these packages: what no hook needs, and modules of Python that lack their library."""
    names = {package.name for package, _ in debs}
    brought = {module for name, module in SPARED.items() if name in names}
    modules = "|".join(sorted(set(SPARED.values()) - brought)) or "(?!)"
    return re.compile(rf"{LEFT_OUT.pattern}|usr/lib/python3\.\d+/lib-dynload/({modules})\.")


@contextmanager
def _named_errors(package: DebPackage) -> Iterator[None]:
    try:
        yield
    except EscapeError as error:
        raise BuildError(Problem(str(package), f"is not safe: {error}", "take it out of `system-packages`")) from None
    except ValueError as error:
        remedy = "run `hookkit cache prune`, then build again"
        raise BuildError(Problem(str(package), f"is damaged: {error}", remedy)) from None



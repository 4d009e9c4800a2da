"""The .debs of packages become one layer, tar to tar: nothing is unpacked on the host, and no script of them runs."""

import fnmatch
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hookkit.errors import BuildError, Problem
from hookkit.image.base.apt.contents import (
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
from hookkit.image.base.apt.deb import open_deb
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.writer import TreeWriter
from hookkit.image.base.tree import Entry, EscapeError, Kind

_FOLDER: Final = Entry(Kind.FOLDER, 0o755)
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
    writer = TreeWriter(tar, {"": _FOLDER} | dict(base or {}), _unneeded(debs), CA_FOLDER)
    if base is None:
        _add_root(writer)
    for package, path in sorted(debs):
        with _named_errors(package):
            _add_deb(writer, package, path)
    _add_certificates(writer)
    for folder in sorted({MULTIARCH.get(package.architecture, "") for package, _ in debs}):
        _add_links(writer, folder)


def _add_root(writer: TreeWriter) -> None:
    """Add what is there whatever the packages are."""
    for path, mode in FOLDERS.items():
        writer.add(path, Entry(Kind.FOLDER, mode))
    for path, target in FOLDER_LINKS.items():
        writer.add(path, Entry(Kind.LINK, 0o777, target))
    for path, text in FILES.items():
        writer.add_text(path, text)


def _add_deb(writer: TreeWriter, package: DebPackage, path: Path) -> None:
    with open_deb(path) as deb:
        control = deb.control()
        with deb.data() as data:
            for member in data:
                writer.add_member(package, data, member)
    writer.add_text(f"{_STATUS}/{package.name}", control)


def _add_certificates(writer: TreeWriter) -> None:
    """Add the bundle that a script of ca-certificates would have made."""
    if writer.kept:
        texts = [content.rstrip(b"\n") + b"\n" for _, content in sorted(writer.kept.items())]
        writer.add_text(CA_BUNDLE, b"".join(texts))


def _add_links(writer: TreeWriter, multiarch: str) -> None:
    """Add the links that scripts would have made, for what this layer brings and where it brings none itself."""
    for path, patterns in LINKS:
        place = path.format(multiarch=multiarch)
        wanted = (pattern.format(multiarch=multiarch) for pattern in patterns)
        found = (one for pattern in wanted for one in sorted(fnmatch.filter(writer.written, pattern)))
        if place not in writer.entries and (target := next(found, "")):
            writer.add(place, Entry(Kind.LINK, 0o777, f"/{target}"))


def _unneeded(debs: Sequence[tuple[DebPackage, Path]]) -> re.Pattern[str]:
    """What is left out of these packages: what no hook needs, and modules of Python that lack their library."""
    names = {package.name for package, _ in debs}
    brought = {module for name, module in SPARED.items() if name in names}
    modules = "|".join(sorted(set(filter(None, SPARED.values())) - brought)) or "(?!)"
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

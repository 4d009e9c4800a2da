"""Programs and libraries become the libraries that they need (DT_NEEDED), and a line for each that an image lacks."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from hookkit.errors import Problem

_ELF: Final = b"\x7fELF"
#: What the C library itself is, or once was: every glibc has them, as files or within.
_OF_GLIBC: Final = re.compile(
    r"lib(c\.so\.6|m\.so\.6|dl\.so\.2|pthread\.so\.0|resolv\.so\.2|(rt|util|anl|mvec|nsl|BrokenLocale)\.so\.1)|ld-linux.*"
)

#: Libraries of packages that Debian's rule (the library's name, then its number) doesn't give the name of.
_PACKAGES: Final = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgcc_s.so.1": "libgcc-s1",
    "libz.so.1": "zlib1g",
    "libcrypt.so.1": "libcrypt1",
    "libjpeg.so.62": "libjpeg62-turbo",
    "libgeos_c.so.1": "libgeos-c1v5",
    "libblas.so.3": "libblas3",
    "liblapack.so.3": "liblapack3",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "libcurl.so.4": "libcurl4",
    "libstdc++.so.6": "libstdc++6",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libhdf5_serial.so.103": "libhdf5-103-1",
}
_SONAME: Final = re.compile(r"(?P<name>.+?)(?:-(?P<before>\d[\d.]*))?\.so(?:\.(?P<after>[\d.]+))?")


@dataclass(frozen=True)
class Needs:
    """What a file of a layer needs.

    Attributes:
        owner: whose file it is, for messages: `numpy 2.1.0`, `libgdal32`.
        path: the file, for messages.
        sonames: the libraries, as the loader is asked for them.

    """

    owner: str
    path: str
    sonames: tuple[str, ...]


def needed_sonames(file: Path | bytes) -> tuple[str, ...]:
    """The libraries that a program or library asks the loader for; none where it's another kind of file.

    A damaged one needs nothing: the loader will say so, and it's not ours to judge.
    """
    if isinstance(file, bytes):
        return _read(BytesIO(file))
    with file.open("rb") as opened:
        return _read(opened)


def missing_libraries(needs: Iterable[Needs], available: AbstractSet[str]) -> tuple[Problem, ...]:
    """A problem for each library that is needed and nowhere to be found.

    Args:
        needs: of all files of the layers.
        available: the names of files where the loader looks, and of all libraries that the layers bring.

    """
    wanted: dict[str, list[Needs]] = {}
    for one in needs:
        for soname in one.sonames:
            if soname not in available and not _OF_GLIBC.fullmatch(soname):
                wanted.setdefault(soname, []).append(one)
    return tuple(_problem(soname, ones) for soname, ones in sorted(wanted.items()))


def package_for(soname: str) -> str:
    """The package that most likely has a library, by a table and the rule for names: `libproj.so.25` -> `libproj25`.

    Source: Debian's policy manual, 8.1.
    """
    match = _SONAME.fullmatch(soname)
    if soname in _PACKAGES or match is None:
        return _PACKAGES.get(soname, soname)
    name = match["name"].replace("_", "-").lower()
    version = match["before"] or match["after"] or ""
    return f"{name}-{version}" if name[-1:].isdigit() and version else f"{name}{version}"


def _problem(soname: str, needs: list[Needs]) -> Problem:
    owners = sorted({one.owner for one in needs})
    others = f" and {len(owners) - 1} more" if len(owners) > 1 else ""
    remedy = f'add the package that has it, likely system-packages = ["{package_for(soname)}"], under [tool.hookkit]'
    return Problem(f"{owners[0]}{others}", f"needs {soname}, which the image lacks ({needs[0].path})", remedy)


def _read(file: IO[bytes]) -> tuple[str, ...]:
    if file.read(len(_ELF)) != _ELF:
        return ()
    file.seek(0)
    try:
        return tuple(_needed(file))
    except Exception:  # noqa: BLE001 - pyelftools lets through whatever a damaged one leads to
        return ()


def _needed(file: IO[bytes]) -> Iterator[str]:
    from elftools.elf.dynamic import DynamicSegment
    from elftools.elf.elffile import ELFFile

    for segment in ELFFile(file).iter_segments("PT_DYNAMIC"):
        if isinstance(segment, DynamicSegment):
            yield from (str(getattr(tag, "needed", "")) for tag in segment.iter_tags("DT_NEEDED"))

"""A path becomes the area that it leads to: the volume, the home folder, the code, or outside of all that."""

import re
from enum import Enum, auto
from typing import Final

from hookkit.check.project.literals import Known, Start
from hookkit.contract import VOLUME


class Area(Enum):
    """Where a path leads."""

    UNKNOWN = auto()
    ELSEWHERE = auto()  # an address, memory: nothing that a rule about files is about
    RELATIVE = auto()
    SYSTEM = auto()  # what every container has
    TEMPORARY = auto()
    VOLUME = auto()
    HOME = auto()
    CODE = auto()
    OUTSIDE = auto()


_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ARCHIVE: Final = re.compile(r"/vsi(zip|tar|gzip|7z|rar)/")
#: Devices and what the kernel tells: no files.
_HARMLESS: Final = ("/dev/", "/proc/", "/vsi")
_SYSTEM: Final = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/sbin",
    "/etc",
    "/opt",
    "/sys",
    "/var/lib",
    "/run",
    "/proc",
    "/dev",
)
_TEMPORARY: Final = ("/tmp", "/var/tmp")  # noqa: S108 - what is looked for


def area_of(path: Known) -> Area:
    """Where a path leads."""
    text = path.text
    if path.start is not Start.NOWHERE:
        return {Start.CODE: Area.CODE, Start.HOME: Area.HOME}[path.start]
    if match := _ARCHIVE.match(text):
        text = text[match.end() :]
    if text.startswith(_HARMLESS) or (_SCHEME.match(text) and not _DRIVE.match(text)):
        return Area.ELSEWHERE
    if text.startswith("/") or _DRIVE.match(text):
        return _absolute(text, whole=path.whole)
    if text.startswith("~"):
        return Area.HOME
    return Area.RELATIVE if text else Area.UNKNOWN


def _absolute(text: str, *, whole: bool) -> Area:
    areas = {Area.TEMPORARY: _TEMPORARY, Area.VOLUME: (VOLUME,), Area.SYSTEM: _SYSTEM}
    for area, roots in areas.items():
        if any(text == root or text.startswith(f"{root}/") for root in roots):
            return area
    return Area.SYSTEM if text == "/" and whole else Area.OUTSIDE

"""A Listing becomes BaseFacts: what layers upon a base have to fit (its Python, C library, release, libraries)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hookkit.image.base.listing import Listing
from hookkit.image.base.tree import Kind

#: Docker's PATH where an image names none.
DEFAULT_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PYTHONS: Final = ("python3", "python")
_PYTHON: Final = re.compile(r"(?P<prefix>.*)/bin/python(?P<minor>3\.\d+)")
_STANDARD_LIBRARY: Final = ("lib/python{minor}", "lib64/python{minor}")
#: One that every standard library has, by which it is known.
_MODULE: Final = "os.py"

#: Where the loader looks unasked: ld.so(8), and Debian's folders for several architectures.
_LIBRARY_FOLDERS: Final = (
    "lib",
    "usr/lib",
    "lib64",
    "usr/lib64",
    *(f"{top}/{name}" for top in ("lib", "usr/lib") for name in ("x86_64-linux-gnu", "aarch64-linux-gnu")),
)
_STATUS: Final = "var/lib/dpkg/status"
_INSTALLED: Final = b"\nStatus: install ok installed"


@dataclass(frozen=True)
class BaseFacts:
    """What is known of a base image.

    Attributes:
        python: the path of its Python's executable, links followed: `/usr/local/bin/python3.12`; "" without one.
        minor: `3.12`; "" where the executable doesn't tell.
        standard_library: the folder of Python's standard library: `/usr/local/lib/python3.12`; "" without one.
        has_bytecode: whether the standard library is compiled.
        glibc: the C library's version as two numbers; None where there is none, or another one.
        system: `debian`, `ubuntu`, ... and `codename`, `bookworm`; "" where os-release doesn't say.
        dpkg_status: the packages that are installed, as dpkg knows them; empty where nobody does.
        libraries: names of files in the folders that the loader looks into.

    """

    python: str
    minor: str
    standard_library: str
    has_bytecode: bool
    glibc: tuple[int, int] | None
    system: str
    codename: str
    dpkg_status: bytes
    libraries: frozenset[str]


def read_facts(listing: Listing, environment: Mapping[str, str]) -> BaseFacts:
    """What an image tells about itself, by its listing and its configuration's variables."""
    python = _find_python(listing, environment.get("PATH") or DEFAULT_PATH)
    match = _PYTHON.fullmatch(python)
    library = _find_library(listing, match["prefix"], match["minor"]) if match else ""
    release = _release(listing)
    return BaseFacts(
        python=python,
        minor=match["minor"] if match else "",
        standard_library=library,
        has_bytecode=any(name.startswith("os.") for name in listing.names(f"{library}/__pycache__")),
        glibc=_glibc(listing),
        system=release.get("ID", ""),
        codename=release.get("VERSION_CODENAME", ""),
        dpkg_status=_dpkg_status(listing),
        libraries=frozenset().union(*(listing.names(folder) for folder in _library_folders(listing))),
    )


def standard_library_modules(listing: Listing, facts: BaseFacts) -> list[str]:
    """The paths (from the root, without a slash at the start) of the standard library's sources, sorted."""
    prefix = f"{facts.standard_library.lstrip('/')}/"
    if prefix == "/":
        return []
    found = (path for path, entry in listing.entries.items() if entry.kind is Kind.FILE and path.endswith(".py"))
    packages = (f"{prefix}site-packages/", f"{prefix}dist-packages/")
    return sorted(path for path in found if path.startswith(prefix) and not path.startswith(packages))


def _find_python(listing: Listing, path: str) -> str:
    places = (f"{folder}/{name}" for folder in path.split(":") if folder for name in _PYTHONS)
    found = (listing.resolve(place) for place in places)
    return next((f"/{place}" for place in found if place and listing.entries[place].kind is Kind.FILE), "")


def _find_library(listing: Listing, prefix: str, minor: str) -> str:
    folders = (f"{prefix}/{one.format(minor=minor)}" for one in _STANDARD_LIBRARY)
    return next((one for one in folders if _MODULE in listing.names(one)), "")


def _release(listing: Listing) -> dict[str, str]:
    """Source: os-release(5)."""
    text = (listing.read("etc/os-release") or listing.read("usr/lib/os-release") or b"").decode(errors="replace")
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def _glibc(listing: Listing) -> tuple[int, int] | None:
    for folder in _LIBRARY_FOLDERS:
        words = listing.read(f"{folder}/libc.so.6")
        if words and (match := re.search(rb"version (\d+)\.(\d+)", words)):
            return int(match[1]), int(match[2])
    return None


def _dpkg_status(listing: Listing) -> bytes:
    """What dpkg's own file says, and the files of images without dpkg, which say nothing of a package's state."""
    parts = [listing.read(_STATUS) or b""]
    for path in sorted(listing.contents):
        if path.startswith(f"{_STATUS}.d/"):
            stanza = listing.contents[path].strip()
            parts.append(stanza if b"\nStatus:" in stanza else stanza + _INSTALLED)
    return b"".join(part.strip() + b"\n\n" for part in parts if part.strip())


def _library_folders(listing: Listing) -> Iterator[str]:
    yield from _LIBRARY_FOLDERS
    for path, content in sorted(listing.contents.items()):
        if path.startswith("etc/ld.so.conf"):
            lines = (line.partition("#")[0].strip() for line in content.decode(errors="replace").splitlines())
            yield from (line for line in lines if line.startswith("/"))

"""What the kernel says of this machine's resources becomes facts: cores, memory and room, as this process has them."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir
from typing import Final

from hookkit.cache import Cache, CacheError
from hookkit.check.doctor.cgroup import cores_here, memory_here
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, Topic, limited, missing, ok
from hookkit.check.doctor.probing import Probe
from hookkit.spec import Resources

GROUP: Final = "resources"
CORES: Final = Topic(GROUP, "cores", "")
MEMORY: Final = Topic(GROUP, "memory", "")
DECLARED: Final = Topic(GROUP, "for the hook", "")
CACHE: Final = Topic(GROUP, "cache", "every build and run")
CACHE_SIZE: Final = Topic(GROUP, "cached", "")
TEMPORARY: Final = Topic(GROUP, "temporary folder", "every build and run")
PROJECT_ROOM: Final = Topic(GROUP, "project", "images in dist/")

#: A build of a small hook goes through with this much.
_SCARCE_BYTES: Final = 2 << 30
#: With less nothing goes through.
_FULL_BYTES: Final = 64 << 20
_FULL_FILES: Final = 1000


def in_gib(size: float) -> str:
    """Bytes in words: `7.5 GiB`."""
    return f"{size / (1 << 30):.1f} GiB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MiB"


def look_at_machine(_: Desk) -> Iterator[Fact]:
    """Cores and memory."""
    cores, memory = cores_here(), memory_here()
    yield ok(CORES, f"{cores:g}" + (f", of the machine's {os.cpu_count()}" if cores != os.cpu_count() else ""))
    limit = f", as a cgroup limits it; the machine has {in_gib(memory.machine)}" if memory.is_limited else ""
    yield ok(MEMORY, f"{in_gib(memory.here)}{limit}")


def declared_resources(wanted: Resources) -> Iterator[Fact]:
    """Whether the machine has what a hook declares."""
    cores, memory = cores_here(), memory_here().here
    words = f"it declares {wanted.cpu} cpu and {wanted.memory}; here are {cores:g} and {in_gib(memory)}"
    if wanted.memory.amount > memory:
        yield limited(DECLARED, words, "run it here on a smaller input: this machine ends it before the platform would")
    elif wanted.cpu.amount > cores:
        yield limited(DECLARED, words, "expect it to be slower here than there")
    else:
        yield ok(DECLARED, words)


def look_at_cache(desk: Desk) -> Iterator[Fact]:
    """Whether the cache can be written, and what lies in it."""
    try:
        cache = desk.cache
        _try_to_write(cache.root)
    except CacheError as error:
        problem = error.problems[0]
        yield missing(CACHE, f"{problem.where}: {problem.what}", problem.remedy)
        return
    except OSError as error:
        remedy = "set XDG_CACHE_HOME to a folder that you may write to"
        yield missing(CACHE, f"{Cache.of_user().root} can't be written: {error.strerror}", remedy)
        return
    yield _room(CACHE, cache.root, "`hookkit cache prune`, or set XDG_CACHE_HOME to a folder with more")


def look_into_cache(desk: Desk) -> Iterator[Fact]:
    """What lies in the cache; many files take their time to be counted."""
    size = sum(one.size for one in desk.cache.usage())
    yield ok(CACHE_SIZE, f"{in_gib(size)}; `hookkit cache prune` removes what is old")


def look_at_temporary(_: Desk) -> Iterator[Fact]:
    """Room where temporary files go."""
    try:
        folder = Path(gettempdir())
    except FileNotFoundError:
        yield missing(TEMPORARY, "no folder for temporary files can be written", "set TMPDIR to one that you may")
        return
    yield _room(TEMPORARY, folder, "free some space, or set TMPDIR to a folder with more")


def look_at_project(desk: Desk) -> Iterator[Fact]:
    """Room in the project."""
    if desk.project:
        yield _room(PROJECT_ROOM, desk.project.root, "free some space")


PROBES: Final = (
    Probe(CORES, look_at_machine),
    Probe(CACHE, look_at_cache),
    Probe(CACHE_SIZE, look_into_cache),
    Probe(TEMPORARY, look_at_temporary),
    Probe(PROJECT_ROOM, look_at_project),
)


def _try_to_write(folder: Path) -> None:
    """Write a file that is gone at once; the folder is made like on the first build."""
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
        file.write(b"\0" * 4096)
        file.flush()


def _room(topic: Topic, folder: Path, remedy: str) -> Fact:
    stat = os.statvfs(folder)
    free = stat.f_bavail * stat.f_frsize
    found = f"{folder}, {in_gib(free)} free"
    if not os.access(folder, os.W_OK):
        return limited(topic, f"{found}, but not for this user: no dist/", "work on a copy of your own")
    if stat.f_files and stat.f_favail < _FULL_FILES:
        return missing(topic, f"{found}, but no more files can be made there", remedy)
    if free < _FULL_BYTES:
        return missing(topic, f"{found}: it's full", remedy)
    return ok(topic, found) if free >= _SCARCE_BYTES else limited(topic, f"{found}: that is scarce", remedy)

"""The running Python becomes an image: a stand-in for `python:<minor>-slim`, where none can be pulled.

As in the real one, Python lies in /usr/local and the system's libraries in /usr/lib; there is no shell and no pip.
"""

import hashlib
import io
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from docker import DockerClient
from docker.errors import APIError, ImageNotFound
from docker.models.images import Image
from realparts.once import turn

_MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
NAME = f"python:{_MINOR}-slim"
_LABEL = "io.hookkit.stand-in"

_INTERPRETER = Path(os.path.realpath(sys.executable))
_STDLIB = Path(sysconfig.get_path("stdlib"))
_STDLIB_TARGET = f"/usr/local/{sys.platlibdir}/python{_MINOR}"

#: Parts of an installed standard library that no hook needs, and what their extension modules are called.
_LEFT_OUT = re.compile(
    r"test|tests|idlelib|tkinter|turtledemo|site-packages|dist-packages|__pycache__|config-.*|EXTERNALLY-MANAGED"
    r"|(_tkinter|_test|_ctypes_test|xxlimited).*\.so"
)
#: What wheels for manylinux may expect of a system, beside what Python itself is linked to.
_MANYLINUX_LIBRARIES = (
    "libdl.so.2",
    "libexpat.so.1",
    "libgcc_s.so.1",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libstdc++.so.6",
    "libutil.so.1",
    "libz.so.1",
)

_LINKS = {
    "/bin": "usr/bin",
    "/lib": "usr/lib",
    "/lib64": "usr/lib64",
    "/usr/local/bin/python": f"python{_MINOR}",
    "/usr/local/bin/python3": f"python{_MINOR}",
}
_FOLDERS = {"/tmp": 0o1777, "/usr/bin": 0o755, "/usr/lib": 0o755, "/usr/lib64": 0o755}
_TEXTS = {
    "/etc/passwd": "root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n",
    "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
}
_CHANGES = (
    "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV LANG=C.UTF-8",
    'CMD ["python3"]',
)


def ensure(engine: DockerClient, name: str = NAME) -> str:
    """Give the name of a Python image that the engine holds; it is imported at most once a machine."""
    with turn(Path(tempfile.gettempdir()) / f"hookkit-stand-in-{os.getuid()}.lock"):
        if not _is_held(engine, name):
            stale = engine.images.list(name)
            _import(engine, name)
            _drop(engine, stale)
    return name


def _is_held(engine: DockerClient, name: str) -> bool:
    """Whether the image is there: a real one that somebody pulled, which stays, or ours as it would be made today."""
    try:
        labels: dict[str, str] = engine.images.get(name).labels
    except ImageNotFound:
        return False
    return labels.get(_LABEL, _key()) == _key()


def _key() -> str:
    """What the image is made from, as a hash: this interpreter and this module."""
    made_from = f"{sys.version}\n{_INTERPRETER}\n".encode() + Path(__file__).read_bytes()
    return hashlib.sha256(made_from).hexdigest()


def _import(engine: DockerClient, name: str) -> None:
    repository, _, tag = name.partition(":")
    changes = [*_CHANGES, f"LABEL {_LABEL}={_key()}"]
    with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        write_tar(Path(archive.name))
        answer = engine.api.import_image_from_file(archive.name, repository=repository, tag=tag, changes=changes)
    if not _is_held(engine, name):  # the engine puts errors into its answer and raises nothing
        raise RuntimeError(answer)


def _drop(engine: DockerClient, images: Iterable[Image]) -> None:
    """Remove images that lost their name, but for those that other images or containers still stand on."""
    for image in images:
        with suppress(APIError):
            engine.images.remove(str(image.id))


# ---------------------------------------------------------------- what goes where


def _files() -> dict[str, Path]:
    """Path in the image -> file of this machine."""
    binaries = [_INTERPRETER, *(_STDLIB / "lib-dynload").glob("*.so")]
    libraries = _libraries(path for path in binaries if not _LEFT_OUT.fullmatch(path.name))
    return {f"/usr/local/bin/python{_MINOR}": _INTERPRETER, **_standard_library(), **libraries}


def _standard_library() -> dict[str, Path]:
    return {f"{_STDLIB_TARGET}/{path.relative_to(_STDLIB)}": path for path in _walk(_STDLIB)}


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if _LEFT_OUT.fullmatch(path.name):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():  # a link that leads nowhere is none
            yield path


def _libraries(binaries: Iterable[Path]) -> dict[str, Path]:
    """All that the loader would load for these binaries and for common wheels; the loader itself keeps its place.

    All libraries go where the C library lies: the loader looks there unasked, whatever paths Python was linked with.
    """
    listing = subprocess.run(["ldd", *map(str, binaries)], capture_output=True, text=True, check=True).stdout
    needed = {name: Path(path) for name, path in re.findall(r"^\s+(\S+) => (/\S+)", listing, re.MULTILINE)}
    loaders = {path: Path(path) for path in re.findall(r"^\s+(/\S+) \(0x", listing, re.MULTILINE)}
    home = needed["libc.so.6"].parent
    common = {name: home / name for name in _MANYLINUX_LIBRARIES if (home / name).exists()}
    placed = {f"{home}/{name}": path for name, path in (common | needed).items()}
    return {_merged(target): path for target, path in (placed | loaders).items()}


def _merged(path: str) -> str:
    """The path below /usr that the links /lib and /lib64 lead to."""
    return f"/usr{path}" if PurePosixPath(path).parts[1] in {"lib", "lib64"} else path


# ---------------------------------------------------------------- writing


def write_tar(path: Path) -> None:
    """Write the file system of the image."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, mode in _FOLDERS.items():
            tar.addfile(_member(name, tarfile.DIRTYPE, mode))
        for name, target in _LINKS.items():
            link = _member(name, tarfile.SYMTYPE)
            link.linkname = target
            tar.addfile(link)
        for name, text in _TEXTS.items():
            _add(tar, name, text.encode())
        for name, source in _files().items():
            _add(tar, name, source.read_bytes(), mode=0o755 if os.access(source, os.X_OK) else 0o644)


def _member(name: str, kind: bytes, mode: int = 0o755) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name.removeprefix("/"))
    member.type = kind
    member.mode = mode
    return member


def _add(tar: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    member = _member(name, tarfile.REGTYPE, mode)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))

"""The layers of an image become its root file system in the cache, once; nothing in them is trusted.

Each member lands inside the root, wherever links that lie there already would lead it. Nobody has to be root: owners
are left out, as are devices and rights of the set-user kind. Source: OCI Image Format Specification 1.1, `layer.md`.
"""

import errno
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.base.decompress import decompressed
from hookkit.image.base.tree import path_of
from hookkit.image.oci.blobs import DamagedBlobError, verified
from hookkit.image.oci.model import Image, ImageLayer
from hookkit.image.oci.rootfs import PERMISSIONS, Tree

#: Goes up when the same layers are to give another tree.
_FORMAT: Final = 1
_KIND: Final = "rootfs"
_WHITEOUT: Final = ".wh."
_OPAQUE: Final = ".wh..wh..opq"
_CHUNK: Final = 1 << 20
#: What a container engine mounts something upon: the folders have to be there, for a root that is read-only.
MOUNT_POINTS: Final = ("mnt/vol", "proc", "dev", "tmp", "sys", "run/secrets")
#: What an engine mounts files upon.
_MOUNT_FILES: Final = {"etc/hosts": b"127.0.0.1\tlocalhost\n::1\tlocalhost\n", "etc/resolv.conf": b""}

_READABLE: Final = 0o400
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
#: What the names in a layer, not the disk, can be blamed for.
_ERRORS_OF_NAMES: Final = frozenset({errno.ENAMETOOLONG, errno.EILSEQ, errno.EMLINK})


def unpack(cache: Cache, image: Image, name: str) -> Path:
    """The root file system of an image; it's unpacked once for the same layers.

    It belongs to the caller, who may read and remove all of it. Its links lead where they would in a container: follow
    them with `inside`.

    Args:
        cache: keeps it.
        image: its layers are had when they are needed.
        name: of the image, for messages.

    Raises:
        BuildError: a layer is damaged.
        CacheError: the cache can't be written: the disk is full.
        HookkitError: a layer can't be had.

    """
    key = json.dumps([_FORMAT, *(layer.diff_id for layer in image.layers)])
    return cache.folder(_KIND, key, lambda root: _fill(cache, root, image, name))


def _fill(cache: Cache, root: Path, image: Image, name: str) -> None:
    root.chmod(0o755)  # whatever the umask: the container's user passes through
    with _named_errors(name):
        for layer in image.layers:
            with _opened(cache, layer) as file, decompressed(file) as content:
                _unpack_layer(root, content)
        _add_mount_points(Tree(root))


@contextmanager
def _opened(cache: Cache, layer: ImageLayer) -> Iterator[IO[bytes]]:
    """The blob of a layer, all of it held against its digest; one that was damaged in the cache is had once more."""
    path = layer.fetch()
    try:
        _verify(path, layer)
    except DamagedBlobError:
        cache.forget_blob(layer.descriptor.digest)
        path = layer.fetch()
        _verify(path, layer)
    with path.open("rb") as file:
        yield file


def _verify(path: Path, layer: ImageLayer) -> None:
    for _ in verified(path, layer.descriptor):
        pass


@contextmanager
def _named_errors(name: str) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, ValueError, EOFError) as error:  # DamagedError and EscapeError are such
        raise BuildError(Problem(name, f"has a damaged layer: {error}", "build or pull it anew")) from None
    except OSError as error:
        if error.errno not in _ERRORS_OF_NAMES:
            raise
        what = f"has a layer that no disk could hold: {error.strerror}"
        raise BuildError(Problem(name, what, "build or pull it anew")) from None


# ---------------------------------------------------------------- members


def _unpack_layer(root: Path, content: IO[bytes]) -> None:
    tree = Tree(root)
    with tarfile.open(fileobj=content, mode="r:") as tar:
        while member := tar.next():
            _add(tree, tar, member)
            tar.members.clear()  # type: ignore[attr-defined]  # it would keep them all


def _add(tree: Tree, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    if member.size < 0:
        raise ValueError(f"{member.name!r} has {member.size} bytes")
    if not path_of(member.name):
        return
    path = tree.find(member.name)
    folder, _, name = path.rpartition("/")
    if name.startswith(_WHITEOUT):
        _hide(tree, folder, name)
        return
    tree.make_folders(folder)
    if member.isdir():
        tree.make_folder(path, member.mode)
    else:
        _add_leaf(tree, path, tar, member)


def _hide(tree: Tree, folder: str, name: str) -> None:
    hidden = name.removeprefix(_WHITEOUT)
    if hidden in {"", ".", ".."}:
        raise ValueError(f"{name!r} hides nothing that has a name")
    if name == _OPAQUE:
        tree.hide_below(folder)
    else:
        tree.hide(f"{folder}/{hidden}" if folder else hidden)


def _add_leaf(tree: Tree, path: str, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    """A file or a link; devices and pipes are left out, and what they would have replaced is gone."""
    target = tree.root / path
    if member.islnk():
        source = tree.place(member.linkname)
        if source != path:
            tree.clear(path)
            _link(tree.root / source, target, member)
    else:
        tree.clear(path)
        if member.issym():
            target.symlink_to(member.linkname)
        elif member.isreg():
            _write(target, tar, member)
    tree.fresh.add(path)


def _link(source: Path, target: Path, member: tarfile.TarInfo) -> None:
    """A hard link to what is inside the root: never to what a link there leads to."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        raise ValueError(f"{member.name!r} is the same file as {member.linkname!r}, which is none") from None


def _write(target: Path, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    content = tar.extractfile(member)
    if content is None:
        return
    with os.fdopen(os.open(target, _NEW_FILE, 0o600), "wb") as file:
        if member.sparse is None:
            _copy(content, file, member.size, member)
        else:
            _write_sparse(content, file, member)
        file.flush()
        os.fchmod(file.fileno(), member.mode & PERMISSIONS | _READABLE)
        # Bytecode holds the time of its source.
        with suppress(OSError, OverflowError, ValueError):  # no time that this machine knows
            os.utime(file.fileno(), (member.mtime, member.mtime))


def _write_sparse(content: IO[bytes], file: IO[bytes], member: tarfile.TarInfo) -> None:
    """Holes stay holes: a few bytes may say that a file has terabytes of them."""
    pieces: list[tuple[int, int]] = member.sparse  # type: ignore[assignment]  # typeshed has a number
    for offset, size in pieces:
        content.seek(offset)
        file.seek(offset)
        _copy(content, file, size, member)
    file.truncate(member.size)


def _copy(content: IO[bytes], file: IO[bytes], size: int, member: tarfile.TarInfo) -> None:
    while size > 0:
        chunk = content.read(min(size, _CHUNK))
        if not chunk:
            raise ValueError(f"{member.name!r} ends early")
        file.write(chunk)
        size -= len(chunk)


# ---------------------------------------------------------------- the engine's part


def _add_mount_points(tree: Tree) -> None:
    for path in MOUNT_POINTS:
        tree.place(f"{path}/x")
    for path, content in _MOUNT_FILES.items():
        target = tree.root / tree.place(path)
        if not target.is_file() or target.is_symlink() or not target.stat().st_size:
            tree.clear(target.relative_to(tree.root).as_posix())
            target.write_bytes(content)
            target.chmod(0o644)

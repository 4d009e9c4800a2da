"""The layers of an image become a Listing: what a container of it would see, path by path, and a few small files.

Nothing is unpacked. Whiteouts are applied, links are followed inside the image's root, and what would reach out of it
is refused. Source: OCI Image Format Specification 1.1, `layer.md`.
"""

import json
import re
import tarfile
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any, Final

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.base.decompress import decompressed
from hookkit.image.base.tree import Entry, EscapeError, Kind, entry_of, path_of, resolve
from hookkit.image.oci.model import ImageLayer

#: Goes up when the same layers are to give another listing.
_FORMAT: Final = 1
_FACT: Final = "listings"
_WHITEOUT: Final = ".wh."
_OPAQUE: Final = ".wh..wh..opq"
_MOST_KEPT_BYTES: Final = 16 << 20

#: Files whose contents are kept: what says which system it is.
_KEPT: Final = re.compile(
    r"(etc|usr/lib)/os-release"
    r"|etc/ld\.so\.conf(\.d/[^/]+\.conf)?"
    r"|var/lib/dpkg/(status|status\.d/[^/]+(?<!\.md5sums))"
)
#: The C library says its version in its own words; of its two megabytes, they alone are kept.
_C_LIBRARY: Final = re.compile(r"(usr/)?lib(64)?/([^/]+/)?(libc\.so\.6|libc-2\.\d+\.so)")
_C_LIBRARY_WORDS: Final = re.compile(rb"GNU C Library [^\n\0]*version (\d+\.\d+)")


@dataclass(frozen=True)
class Listing:
    """What an image holds.

    Attributes:
        entries: by path from the root, without a slash at the start; the folders on the way are among them.
        contents: of files that say what system it is, by path.

    """

    entries: Mapping[str, Entry]
    contents: Mapping[str, bytes] = field(default_factory=dict)

    def resolve(self, path: str) -> str | None:
        """The path that is meant, with every link followed inside the image; None where there is nothing."""
        return resolve(self.entries, path)

    def read(self, path: str) -> bytes | None:
        """The contents of a file, if they were kept."""
        real = self.resolve(path)
        return None if real is None else self.contents.get(real)

    def names(self, folder: str) -> frozenset[str]:
        """What lies in a folder, links of the folder's own path followed."""
        real = self.resolve(folder)
        return frozenset(() if real is None else self._by_folder.get(real, ()))

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.entries:
            folder, _, name = path.rpartition("/")
            found.setdefault(folder, []).append(name)
        return found

    def to_json(self) -> dict[str, Any]:
        """As the cache keeps it."""
        return {
            "entries": [[path, *entry] for path, entry in self.entries.items()],
            "contents": {path: content.decode("latin-1") for path, content in self.contents.items()},
        }

    @classmethod
    def from_json(cls, data: Any) -> "Listing":
        """Read what `to_json` gave; ValueError, KeyError or TypeError where it is something else."""
        kinds = {str(kind): kind for kind in Kind}
        entries = {path: Entry(kinds[kind], mode, target) for path, kind, mode, target in data["entries"]}
        return cls(entries, {path: text.encode("latin-1") for path, text in data["contents"].items()})


def list_image(layers: Sequence[ImageLayer], cache: Cache, name: str) -> Listing:
    """The listing of an image; made once for the same layers.

    Args:
        layers: from the bottom up.
        cache: keeps the listing.
        name: of the image, for messages.

    Raises:
        BuildError: a layer is damaged, or holds what would reach out of the image.
        CacheError: the cache can't be written.

    """
    key = json.dumps([_FORMAT, *(layer.diff_id for layer in layers)])
    if (known := _known(cache, key)) is not None:
        return known
    listing = list_layers((layer.fetch().open("rb") for layer in layers), name)
    cache.remember(_FACT, key, listing.to_json())
    return listing


def _known(cache: Cache, key: str) -> Listing | None:
    try:
        return Listing.from_json(cache.fact(_FACT, key))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def list_layers(files: Iterable[IO[bytes]], name: str) -> Listing:
    """The listing of layers that lie in files, from the bottom up; each is closed. Raises as `list_image` does."""
    listing = Listing({})
    for file in files:
        with file, _named_errors(name), decompressed(file) as content:
            listing = _with_layer(listing, content)
    return listing


@contextmanager
def _named_errors(name: str) -> Iterator[None]:
    try:
        yield
    except EscapeError as error:
        raise BuildError(Problem(name, f"is not safe to build on: {error}", "choose another base image")) from None
    except (tarfile.TarError, ValueError) as error:
        raise BuildError(Problem(name, f"has a damaged layer: {error}", "pull or make it anew")) from None


# ---------------------------------------------------------------- one layer upon others


@dataclass
class _Layer:
    """A layer that is being read, and what lies below it.

    Attributes:
        lower: what the layers below give.
        fresh: what this one adds.
        contents: of its files that are kept.
        gone: paths that it takes away, with all below them.
        emptied: folders that it takes the contents of away.

    """

    lower: dict[str, Entry]
    fresh: dict[str, Entry] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)

    def add(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Take a member where the links of its folders lead to, or what it says is gone."""
        path = path_of(member.name)
        if not path:
            return
        place = self._place(path)
        folder, _, name = place.rpartition("/")
        if name == _OPAQUE:
            self.emptied.add(folder)
        elif name.startswith(_WHITEOUT):
            self.gone.add("/".join(filter(None, (folder, name.removeprefix(_WHITEOUT)))))
        else:
            self.fresh[place] = entry_of(place, member)
            self._keep(place, tar, member)

    def _place(self, path: str) -> str:
        """The path with the links of its folders followed; folders that are missing are made."""
        folder, slash, name = path.rpartition("/")
        known = self.fresh.get(folder)
        if not slash or (known is not None and known.kind is Kind.FOLDER):
            return path
        real = resolve(ChainMap[str, Entry](self.fresh, self.lower), folder)
        if real is None:
            real = self._place(folder)
            self.fresh[real] = Entry(Kind.FOLDER, 0o755)
        return f"{real}/{name}" if real else name

    def _keep(self, place: str, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        is_library = _C_LIBRARY.fullmatch(place)
        if not member.isreg() or member.size > _MOST_KEPT_BYTES or not (is_library or _KEPT.fullmatch(place)):
            return
        file = tar.extractfile(member)
        content = file.read() if file else b""
        words = _C_LIBRARY_WORDS.search(content) if is_library else None
        self.contents[place] = (words[0] if words else b"") if is_library else content

    def hides(self, path: str) -> bool:
        """Whether something of the layers below is no longer there."""
        if path in self.gone:
            return True
        folder = path.rpartition("/")[0]
        while folder:
            over = self.fresh.get(folder)
            if folder in self.gone or folder in self.emptied or (over is not None and over.kind is not Kind.FOLDER):
                return True
            folder = folder.rpartition("/")[0]
        return False


def _with_layer(below: Listing, content: IO[bytes]) -> Listing:
    layer = _Layer(dict(below.entries))
    with tarfile.open(fileobj=content, mode="r|") as tar:
        for member in tar:
            layer.add(tar, member)
    kept = {path: entry for path, entry in below.entries.items() if not layer.hides(path)}
    contents = {path: one for path, one in below.contents.items() if path in kept and path not in layer.fresh}
    return Listing(kept | layer.fresh, contents | layer.contents)

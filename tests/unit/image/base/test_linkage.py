"""A layer of packages that needs a library which nobody brings is refused, with its file and the library's package."""

import _ctypes
import io
import tarfile
from pathlib import Path

import pytest

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.base.facts import read_facts
from hookkit.image.base.linkage import check_linkage
from hookkit.image.base.listing import list_image
from hookkit.image.oci.compression import NONE
from hookkit.image.oci.model import ImageLayer
from hookkit.image.oci.pack import pack_once

#: A library of this Python, which needs libffi; its soname is changed in place by one of the same length.
LIBRARY = Path(_ctypes.__file__).read_bytes()
NEEDED = next(line for line in LIBRARY.split(b"\0") if line.startswith(b"libffi.so."))


def layer(tmp_path: Path, files: dict[str, bytes]) -> tuple[Cache, ImageLayer]:
    def fill(tar: tarfile.TarFile) -> None:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))

    cache = Cache(tmp_path / "cache")
    return cache, pack_once(cache, repr(sorted(files)), NONE, fill)


def check(tmp_path: Path, files: dict[str, bytes]) -> None:
    cache, packed = layer(tmp_path, files)
    check_linkage(packed, read_facts(list_image((packed,), cache, "base"), {}))


def test_a_library_that_is_there_under_its_name_is_fine(tmp_path: Path) -> None:
    check(
        tmp_path, {"usr/lib/python3/_ctypes.so": LIBRARY, f"usr/lib/{NEEDED.decode()}": b"", "usr/lib/a.txt": b"text"}
    )


def test_a_library_that_is_missing_is_named_with_its_package_and_who_needs_it(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=rf"_ctypes\.so: needs {NEEDED.decode()}, which the image lacks") as caught:
        check(tmp_path, {"usr/lib/python3/_ctypes.so": LIBRARY})

    assert f'system-packages = ["libffi{NEEDED.decode().rpartition(".")[2]}"]' in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_library_in_a_folder_that_the_loader_does_not_look_into_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="which the image lacks"):
        check(tmp_path, {"usr/lib/python3/_ctypes.so": LIBRARY, f"opt/private/{NEEDED.decode()}": b""})

"""Which libraries files need, and which of them an image lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.image.base.sonames import Needs, missing_libraries, needed_sonames, package_for

INTERPRETER = Path(os.path.realpath(sys.executable))


def ldd_says(path: Path) -> set[str]:
    done = subprocess.run(["readelf", "-d", str(path)], capture_output=True, text=True, check=True)
    return {line.partition("[")[2].rstrip("]") for line in done.stdout.splitlines() if "(NEEDED)" in line}


def test_a_program_needs_what_binutils_say() -> None:
    assert set(needed_sonames(INTERPRETER)) == ldd_says(INTERPRETER)


def test_bytes_are_as_good_as_a_file() -> None:
    assert needed_sonames(INTERPRETER.read_bytes()) == needed_sonames(INTERPRETER)


def test_the_c_library_is_needed_by_its_extension_modules() -> None:
    import _ctypes

    assert "libc.so.6" in needed_sonames(Path(_ctypes.__file__))


@pytest.mark.parametrize(
    "content", [b"", b"\x7f", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF" + b"\0" * 60, b"\x7fELF\2\1\1" + b"\xff" * 99]
)
def test_what_is_no_program_needs_nothing(content: bytes) -> None:
    assert needed_sonames(content) == ()


def test_headers_that_lie_beyond_any_file_are_damage_like_any_other() -> None:
    import _bisect

    whole = bytearray(Path(_bisect.__file__).read_bytes())
    whole[32:40] = b"\xff" * 8  # where an ELF of 64 bits says that its program headers are

    assert needed_sonames(bytes(whole)) == ()


@given(st.data())
def test_a_damaged_library_raises_nothing(data: st.DataObject) -> None:
    import _bisect

    whole = bytearray(Path(_bisect.__file__).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(4, 2000))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(4, len(whole)))

    assert isinstance(needed_sonames(bytes(whole[:cut])), tuple)


# ---------------------------------------------------------------- what is missing


def test_nothing_is_missing_where_all_is_there() -> None:
    needs = [Needs("rasterio 1.4", "rasterio/_base.so", ("libgdal.so.36", "libc.so.6", "libexpat.so.1"))]

    assert missing_libraries(needs, {"libgdal.so.36", "libexpat.so.1"}) == ()


def test_each_missing_library_is_named_once_with_who_needs_it_and_what_to_do() -> None:
    needs = [
        Needs("rasterio 1.4", "rasterio/_base.so", ("libexpat.so.1",)),
        Needs("fiona 1.10", "fiona/_env.so", ("libexpat.so.1", "libGL.so.1")),
    ]

    first, second = map(str, missing_libraries(needs, set()))

    assert first == (
        "fiona 1.10: needs libGL.so.1, which the image lacks (fiona/_env.so); "
        'add the package that has it, likely system-packages = ["libgl1"], under [tool.hookkit]'
    )
    assert second.startswith("fiona 1.10 and 1 more: needs libexpat.so.1, which the image lacks (rasterio/_base.so)")


@pytest.mark.parametrize("soname", ["libpthread.so.0", "libdl.so.2", "librt.so.1", "libm.so.6", "ld-linux-x86-64.so.2"])
def test_what_glibc_itself_is_counts_as_there(soname: str) -> None:
    assert missing_libraries([Needs("x", "x.so", (soname,))], set()) == ()


def test_what_left_glibc_long_ago_does_not() -> None:
    assert len(missing_libraries([Needs("x", "x.so", ("libnsl.so.2", "libcrypt.so.1"))], set())) == 2


@pytest.mark.parametrize(
    ("soname", "package"),
    [
        ("libproj.so.25", "libproj25"),
        ("libgdal.so.32", "libgdal32"),
        ("libtiff.so.6", "libtiff6"),
        ("libsqlite3.so.0", "libsqlite3-0"),
        ("libX11.so.6", "libx11-6"),
        ("libicuuc.so.72", "libicuuc72"),
        ("libGL.so.1", "libgl1"),
        ("libgeos-3.11.1.so", "libgeos3.11.1"),
        ("libz.so.1", "zlib1g"),
    ],
)
def test_the_package_of_a_library_is_named_by_debians_rule(soname: str, package: str) -> None:
    assert package_for(soname) == package

"""A layer's bytes depend on nothing but contents, and are made once."""

import gzip
import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.layer import Layer, LayerEntry, LayerFile, LayerLink
from hookkit.image.oci.compression import NONE, Compression, best_gzip
from hookkit.image.oci.model import LAYER, LAYER_GZIP, ImageLayer
from hookkit.image.oci.pack import pack_layer, recompressed

ENTRIES = (LayerFile("bin/run", b"#!/bin/sh\n", executable=True), LayerLink("bin/sh", "run"), LayerFile("é", b"text"))

names = st.from_regex(r"[a-zé][a-z0-9é._-]{0,120}", fullmatch=True)
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
contents = st.dictionaries(paths, st.binary(max_size=200), max_size=6).filter(
    lambda files: not any(other.startswith(f"{path}/") for path in files for other in files)
)


def packed(cache: Cache, *entries: LayerEntry, compression: Compression = NONE) -> ImageLayer:
    return pack_layer(cache, Layer("code", "code", "/opt/hook/code", entries), compression)


def members(layer: ImageLayer) -> list[tarfile.TarInfo]:
    content = layer.fetch().read_bytes()
    plain = gzip.decompress(content) if layer.descriptor.media_type == LAYER_GZIP else content
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return tar.getmembers()


def test_files_links_and_the_folders_above_them_are_members_without_time_owned_by_root(cache: Cache) -> None:
    found = members(packed(cache, *ENTRIES))

    assert [(one.name, oct(one.mode), one.type, one.linkname) for one in found] == [
        ("opt", "0o755", tarfile.DIRTYPE, ""),
        ("opt/hook", "0o755", tarfile.DIRTYPE, ""),
        ("opt/hook/code", "0o755", tarfile.DIRTYPE, ""),
        ("opt/hook/code/bin", "0o755", tarfile.DIRTYPE, ""),
        ("opt/hook/code/bin/run", "0o755", tarfile.REGTYPE, ""),
        ("opt/hook/code/bin/sh", "0o777", tarfile.SYMTYPE, "run"),
        ("opt/hook/code/é", "0o644", tarfile.REGTYPE, ""),
    ]
    assert {(one.mtime, one.uid, one.gid, one.uname, one.gname) for one in found} == {(0, 0, 0, "", "")}


@pytest.mark.parametrize(
    ("compression", "media_type"), [(NONE, LAYER), (best_gzip(), LAYER_GZIP)], ids=["none", "gzip"]
)
def test_digest_and_diff_id_are_those_of_the_bytes(cache: Cache, compression: Compression, media_type: str) -> None:
    layer = packed(cache, *ENTRIES, compression=compression)

    stored = layer.fetch().read_bytes()
    plain = gzip.decompress(stored) if compression != NONE else stored
    assert layer.descriptor.digest == f"sha256:{hashlib.sha256(stored).hexdigest()}"
    assert layer.diff_id == f"sha256:{hashlib.sha256(plain).hexdigest()}"
    assert (layer.descriptor.size, layer.descriptor.media_type) == (len(stored), media_type)


@given(files=contents)
def test_the_same_contents_from_other_folders_umasks_and_days_give_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    base = tmp_path_factory.mktemp("two", numbered=True)
    layers = []
    for name, mode, day in (("here", 0o600, 0), ("there/deep", 0o664, 1_700_000_000)):
        entries = []
        for path, content in sorted(files.items()):
            file = base / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            file.chmod(mode)
            os.utime(file, (day, day))
            entries.append(LayerFile(path, file))
        layers.append(packed(Cache(base / "cache" / name), *entries, compression=best_gzip()))

    assert layers[0].descriptor == layers[1].descriptor


def test_a_layer_that_did_not_change_is_not_read_again(cache: Cache, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("x = 1")
    layer = Layer("numpy", "dependencies", "/opt", (LayerFile("module.py", file),), known_key="numpy 2.1.0")
    first = pack_layer(cache, layer, NONE)
    file.unlink()

    assert pack_layer(cache, layer, NONE) == first


def test_a_blob_that_went_missing_is_packed_anew(cache: Cache) -> None:
    first = packed(cache, *ENTRIES)
    first.fetch().unlink()

    again = packed(cache, *ENTRIES)

    assert again == first
    assert again.fetch().is_file()


def test_other_contents_names_and_modes_give_another_layer(cache: Cache) -> None:
    variants: list[LayerEntry] = [
        LayerFile("a", b"1"),
        LayerFile("a", b"2"),
        LayerFile("b", b"1"),
        LayerFile("a", b"1", executable=True),
        LayerLink("a", "1"),
    ]

    assert len({packed(cache, one).descriptor.digest for one in variants}) == len(variants)


def test_a_file_that_can_not_be_read_is_one_line(cache: Cache, tmp_path: Path) -> None:
    layer = Layer("code", "code", "/opt", (LayerFile("gone.py", tmp_path / "gone.py"),), known_key="gone")

    with pytest.raises(BuildError, match=r"gone\.py: can't be read: No such file"):
        pack_layer(cache, layer, NONE)


def test_an_uncompressed_layer_is_compressed_once_and_keeps_its_diff_id(cache: Cache) -> None:
    plain = packed(cache, *ENTRIES)

    compressed = recompressed(cache, plain, best_gzip())

    assert compressed.diff_id == plain.diff_id
    assert gzip.decompress(compressed.fetch().read_bytes()) == plain.fetch().read_bytes()
    assert recompressed(cache, compressed, best_gzip()) is compressed
    plain.fetch().unlink()
    assert recompressed(cache, plain, best_gzip()) == compressed

"""An image goes into one tar and comes out the same; what `docker save` wrote is read as well."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from realparts.images import AMD64, small_image

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.oci.archive import ArchiveSource, write_archive
from hookkit.image.oci.blobs import DamagedBlobError
from hookkit.image.oci.compression import NONE
from hookkit.image.oci.model import LAYER, LAYER_GZIP, LAYER_ZSTD, Image
from hookkit.image.oci.pack import media_type_of
from hookkit.image.oci.source import ImageReader
from hookkit.reference import ImageReference

NAME = ImageReference("hook", tag="1.0.0")


def read(cache: Cache, file: Path) -> Image:
    return ImageReader(cache, ArchiveSource(file), str(file)).read(AMD64)


def read_whole(cache: Cache, file: Path) -> list[Path]:
    return [layer.fetch() for layer in read(cache, file).layers]


def written(file: Path, image: Image, without: frozenset[str] = frozenset()) -> Path:
    with file.open("wb") as out:
        write_archive(out, (image,), NAME, without=without)
    return file


def test_an_image_comes_out_as_it_went_in(image: Image, tmp_path: Path) -> None:
    file = written(tmp_path / "image.tar", image)

    found = read(Cache(tmp_path / "other cache"), file)

    assert found == image
    assert [one.fetch().read_bytes() for one in found.layers] == [one.fetch().read_bytes() for one in image.layers]


def test_the_same_image_gives_the_same_bytes(image: Image, tmp_path: Path) -> None:
    first, second = written(tmp_path / "1.tar", image), written(tmp_path / "2.tar", image)

    assert first.read_bytes() == second.read_bytes()


def test_layers_that_the_reader_has_are_left_out(image: Image, tmp_path: Path) -> None:
    left_out = image.layers[0].descriptor.digest

    whole, part = written(tmp_path / "1.tar", image), written(tmp_path / "2.tar", image, frozenset({left_out}))

    with tarfile.open(whole) as one, tarfile.open(part) as other:
        assert set(one.getnames()) - set(other.getnames()) == {f"blobs/sha256/{left_out.removeprefix('sha256:')}"}


def test_a_damaged_blob_of_the_cache_is_noticed(image: Image, tmp_path: Path) -> None:
    blob = image.layers[1].fetch()
    blob.write_bytes(bytes(image.layers[1].descriptor.size))

    with pytest.raises(DamagedBlobError, match="was damaged in the cache"):
        written(tmp_path / "image.tar", image)


def docker_save(file: Path, image: Image, *, linked: bool = False) -> Path:
    """The form of older engines: a folder a layer; a layer that two have in common is a link to the first."""
    with tarfile.open(file, "w") as tar:
        layers = []
        for number, layer in enumerate(image.layers):
            content = layer.fetch().read_bytes()
            add(tar, f"{number}/layer.tar", content)
            if linked:
                link = tarfile.TarInfo(f"x{number}/layer.tar")
                link.type, link.linkname = tarfile.SYMTYPE, f"../{number}/layer.tar"
                tar.addfile(link)
            layers.append(f"{'x' if linked else ''}{number}/layer.tar")
        add(tar, "config.json", image.config_bytes)
        manifest = [{"Config": "config.json", "RepoTags": ["hook:1"], "Layers": layers}]
        add(tar, "manifest.json", json.dumps(manifest).encode())
    return file


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("linked", [False, True], ids=["files", "links"])
@pytest.mark.parametrize("plain", [False, True], ids=["compressed", "plain"])
def test_what_docker_save_writes_is_read(cache: Cache, tmp_path: Path, *, linked: bool, plain: bool) -> None:
    image = small_image(cache, compression=NONE if plain else None)

    found = read(Cache(tmp_path / "other cache"), docker_save(tmp_path / "saved.tar", image, linked=linked))

    assert found.config_bytes == image.config_bytes
    assert [one.descriptor for one in found.layers] == [one.descriptor for one in image.layers]
    assert [one.fetch().read_bytes() for one in found.layers] == [one.fetch().read_bytes() for one in image.layers]


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"\x1f\x8b\x08\x00", LAYER_GZIP), (b"\x28\xb5\x2f\xfd", LAYER_ZSTD), (b"usr/", LAYER), (b"", LAYER)],
)
def test_a_layer_of_docker_save_is_known_by_how_it_starts(start: bytes, kind: str) -> None:
    assert media_type_of(start) == kind


def other_tar(file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        add(tar, "readme.txt", b"text")


def circle(file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        for one, other in (("a/layer.tar", "../b/layer.tar"), ("b/layer.tar", "../a/layer.tar")):
            link = tarfile.TarInfo(one)
            link.type, link.linkname = tarfile.SYMTYPE, other
            tar.addfile(link)
        add(tar, "config.json", b"{}")
        add(tar, "manifest.json", json.dumps([{"Config": "config.json", "Layers": ["a/layer.tar"]}]).encode())


WRONG = {
    "no tar": lambda file: file.write_text("text"),
    "empty": lambda file: file.write_bytes(b""),
    "another tar": other_tar,
    "missing": lambda _: None,
    "a folder": lambda file: file.mkdir(),
    "links in a circle": circle,
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_what_is_no_image_is_one_line_about_the_file(cache: Cache, tmp_path: Path, make: object) -> None:
    file = tmp_path / "image.tar"
    assert callable(make)
    make(file)

    with pytest.raises(BuildError) as caught:
        read(cache, file)

    assert str(caught.value).startswith(str(file))
    assert len(str(caught.value).splitlines()) == 1


def test_a_truncated_tar_never_gives_an_image(image: Image, tmp_path: Path) -> None:
    whole = written(tmp_path / "image.tar", image).read_bytes()
    with tarfile.open(tmp_path / "image.tar") as tar:
        end = max(member.offset_data + member.size for member in tar)  # what follows is empty blocks
    for length in range(0, end, 512):
        file = tmp_path / f"{length}.tar"
        file.write_bytes(whole[:length])
        with pytest.raises(BuildError):
            read_whole(Cache(tmp_path / f"cache {length}"), file)

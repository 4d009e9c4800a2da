"""An image goes into a folder and comes out the same; what was there stands until all of it is."""

import json
import shutil
import threading
from pathlib import Path

import pytest
from realparts.images import AMD64, small_image

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.oci.blobs import DamagedBlobError
from hookkit.image.oci.layout import LayoutSource, blob_path, write_layout
from hookkit.image.oci.model import Image
from hookkit.image.oci.source import ImageReader
from hookkit.image.platform import Platform
from hookkit.reference import ImageReference

NAME = ImageReference("hook", tag="1.0.0")
ARM64 = Platform("linux", "arm64")


def read(cache: Cache, folder: Path, platform: Platform = AMD64, tag: str = "") -> Image:
    return ImageReader(cache, LayoutSource(folder, tag), str(folder)).read(platform)


def read_whole(cache: Cache, folder: Path) -> list[Path]:
    return [layer.fetch() for layer in read(cache, folder).layers]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_image_comes_out_as_it_went_in(image: Image, tmp_path: Path) -> None:
    descriptor = write_layout(tmp_path / "layout", (image,), NAME)

    found = read(Cache(tmp_path / "other cache"), tmp_path / "layout")
    assert found == image
    assert found.descriptor.digest == descriptor.digest
    assert [layer.fetch().read_bytes() for layer in found.layers] == [
        layer.fetch().read_bytes() for layer in image.layers
    ]


def test_images_of_several_platforms_are_one_index(cache: Cache, image: Image, tmp_path: Path) -> None:
    other = small_image(cache, platform=ARM64)
    write_layout(tmp_path / "layout", (image, other), NAME)

    assert read(cache, tmp_path / "layout", AMD64) == image
    assert read(cache, tmp_path / "layout", ARM64) == other
    write_layout(tmp_path / "one", (image,), NAME)
    with pytest.raises(BuildError, match="is not for linux/arm64 but for linux/amd64"):
        read(cache, tmp_path / "one", ARM64)


def test_the_same_image_gives_the_same_bytes_twice(image: Image, tmp_path: Path) -> None:
    write_layout(tmp_path / "layout", (image,), NAME)
    before = {path: path.stat().st_ino for path in (tmp_path / "layout").rglob("*")}

    write_layout(tmp_path / "layout", (image,), NAME)

    after = {path: path.stat().st_ino for path in (tmp_path / "layout").rglob("*")}
    assert after == before


def test_a_new_image_takes_the_place_of_the_earlier_one_and_others_stay(
    cache: Cache, image: Image, tmp_path: Path
) -> None:
    other = small_image(cache, b"another hook")
    write_layout(tmp_path / "layout", (image,), NAME)
    write_layout(tmp_path / "layout", (other,), ImageReference("other", tag="1"))
    newer = small_image(cache, b"newer")

    write_layout(tmp_path / "layout", (newer,), NAME.with_tag("1.0.1"))

    assert read(cache, tmp_path / "layout", tag="1.0.1") == newer
    assert read(cache, tmp_path / "layout", tag="1") == other
    with pytest.raises(BuildError, match=r"holds no image 1\.0\.0; it has 1, 1\.0\.1"):
        read(cache, tmp_path / "layout", tag="1.0.0")
    gone = image.layers[1].descriptor.digest
    assert not (tmp_path / "layout" / blob_path(gone)).exists()


def test_a_damaged_blob_of_the_cache_leaves_the_earlier_image(cache: Cache, image: Image, tmp_path: Path) -> None:
    write_layout(tmp_path / "layout", (image,), NAME)
    before = tree(tmp_path / "layout")
    newer = small_image(cache, b"newer")
    damaged = newer.layers[1].fetch()
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")

    with pytest.raises(DamagedBlobError, match="was damaged in the cache"):
        write_layout(tmp_path / "layout", (newer,), NAME)

    assert read(Cache(tmp_path / "other cache"), tmp_path / "layout") == image
    assert {name: tree(tmp_path / "layout")[name] for name in before} == before


def test_a_folder_of_something_else_is_not_written_into(image: Image, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("cat")

    with pytest.raises(BuildError, match="is no OCI image layout"):
        write_layout(tmp_path / "photos", (image,), NAME)

    assert tree(tmp_path / "photos") == {"cat.jpg": b"cat"}


def test_what_can_not_be_written_is_one_line(image: Image, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")

    with pytest.raises(BuildError, match=r"can't be written: (Not a directory|File exists); free some space, or name"):
        write_layout(tmp_path / "file", (image,), NAME)


@pytest.mark.parametrize(
    "harm",
    ["no index", "index no JSON", "blob missing", "blob changed", "manifest changed", "no manifests"],
)
def test_a_damaged_layout_is_one_line_about_it(image: Image, tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "layout"
    write_layout(folder, (image,), NAME)
    index, layer = folder / "index.json", folder / blob_path(image.layers[0].descriptor.digest)
    match harm:
        case "no index":
            index.unlink()
        case "index no JSON":
            index.write_text("<html>")
        case "blob missing":
            layer.unlink()
        case "blob changed":
            layer.write_bytes(bytes(layer.stat().st_size))
        case "manifest changed":
            manifest = folder / blob_path(image.descriptor.digest)
            manifest.write_bytes(manifest.read_bytes().replace(b"layers", b"Layers"))
        case _:
            index.write_text(json.dumps({"manifests": []}))

    with pytest.raises(BuildError) as caught:
        read_whole(Cache(tmp_path / "other cache"), folder)

    assert str(caught.value).startswith(str(folder))
    assert len(str(caught.value).splitlines()) == 1


def test_two_builds_into_one_layout_wait_for_each_other(cache: Cache, tmp_path: Path) -> None:
    images = [small_image(cache, str(number).encode()) for number in range(8)]
    threads = [
        threading.Thread(
            target=write_layout, args=(tmp_path / "layout", (one,), ImageReference(f"hook{number}", tag="1"))
        )
        for number, one in enumerate(images)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    index = json.loads((tmp_path / "layout" / "index.json").read_bytes())
    assert {one["digest"] for one in index["manifests"]} == {one.descriptor.digest for one in images}
    shutil.rmtree(tmp_path / "cache")
    for one in index["manifests"]:
        assert (tmp_path / "layout" / blob_path(one["digest"])).is_file()

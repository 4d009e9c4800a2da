"""Images arrive where they are wanted, or one line says why not, and what was there stands."""

import json
import tarfile
from pathlib import Path

import pytest
from realparts.images import AMD64, small_image

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.oci.archive import ArchiveSource
from hookkit.image.oci.compression import NONE, best_gzip
from hookkit.image.oci.model import Image
from hookkit.image.oci.source import ImageReader
from hookkit.image.output import compression_for, deliver
from hookkit.image.platform import Platform
from hookkit.reference import ImagePlace, ImageReference

NAME = ImageReference("hook", tag="1.0.0")


@pytest.fixture
def image(cache: Cache) -> Image:
    return small_image(cache)


def test_engines_unpack_layers_at_once_so_they_are_not_packed() -> None:
    assert compression_for(ImagePlace.parse("docker:")) == NONE
    for text in ("oci:x", "tar:x", "example.org/hook"):
        assert compression_for(ImagePlace.parse(text)) == best_gzip()


def test_a_file_holds_the_image_and_its_folder_is_made(cache: Cache, image: Image, tmp_path: Path) -> None:
    file = tmp_path / "new/folder/image.tar"

    delivered = deliver((image,), ImagePlace("tar", str(file)), NAME, cache)

    assert delivered.reference == NAME
    assert file.stat().st_mode & 0o777 == 0o644
    found = ImageReader(Cache(tmp_path / "other"), ArchiveSource(file), "image").read(AMD64)
    assert found.config_bytes == image.config_bytes
    with tarfile.open(file) as tar:
        told = tar.extractfile("manifest.json")
        assert told
        [manifest] = json.loads(told.read())
    assert manifest["RepoTags"] == ["hook:1.0.0"]


def test_a_folder_holds_all_platforms_under_the_name(cache: Cache, image: Image, tmp_path: Path) -> None:
    other = small_image(cache, platform=Platform("linux", "arm64"))

    delivered = deliver((image, other), ImagePlace("oci", str(tmp_path / "layout")), NAME, cache)

    assert delivered.reference == NAME
    [entry] = json.loads((tmp_path / "layout/index.json").read_bytes())["manifests"]
    assert entry["annotations"]["org.opencontainers.image.ref.name"] == "1.0.0"
    assert entry["mediaType"] == "application/vnd.oci.image.index.v1+json"


@pytest.mark.parametrize("transport", ["oci", "tar"])
def test_a_place_that_can_not_be_written_is_a_line(cache: Cache, image: Image, tmp_path: Path, transport: str) -> None:
    (tmp_path / "file").write_text("in the way")
    place = ImagePlace(transport, str(tmp_path / "file/image"))

    with pytest.raises(BuildError, match=r"can't be written: .*; free some space, or name a f") as caught:
        deliver((image,), place, NAME, cache)

    assert len(str(caught.value).splitlines()) == 1
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_file_that_breaks_off_leaves_the_earlier_one(cache: Cache, image: Image, tmp_path: Path) -> None:
    file = tmp_path / "image.tar"
    file.write_text("earlier")
    image.layers[-1].fetch().write_bytes(b"damaged")

    with pytest.raises(BuildError):
        deliver((image,), ImagePlace("tar", str(file)), NAME, cache)

    assert file.read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "image.tar"]


def test_an_image_can_not_go_into_a_distribution(cache: Cache, image: Image) -> None:
    with pytest.raises(ValueError, match="no image goes to apt:"):
        deliver((image,), ImagePlace("apt"), NAME, cache)

"""What a container of some layers would see, and which layers are refused."""

import gzip
import io
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from realparts.archive import COMPRESSIONS, Member, folder, hard_link, link, tar_of

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.base.listing import Listing, list_image, list_layers
from hookkit.image.base.tree import Kind
from hookkit.image.oci.model import LAYER, Descriptor, ImageLayer, digest_of


def listed(*layers: Iterable[Member]) -> Listing:
    return list_layers([io.BytesIO(tar_of(layer)) for layer in layers], "python:3.12-slim")


def names(listing: Listing) -> set[str]:
    return {path for path, entry in listing.entries.items() if entry.kind is not Kind.FOLDER}


# ---------------------------------------------------------------- layers upon layers


def test_an_upper_layer_hides_what_it_replaces() -> None:
    listing = listed(
        [Member("etc/os-release", b"ID=debian"), Member("usr/bin/x", mode=0o755)],
        [Member("etc/os-release", b"ID=other"), link("usr/bin/x", "y"), Member("usr/bin/y")],
    )

    assert listing.read("/etc/os-release") == b"ID=other"
    assert listing.resolve("usr/bin/x") == "usr/bin/y"


def test_a_whiteout_takes_away_a_path_and_all_below() -> None:
    below = [Member("opt/a/b/c"), Member("opt/ab"), Member("x"), Member("etc/os-release", b"ID=debian")]

    listing = listed(below, [Member("opt/.wh.a"), Member(".wh.x"), Member("etc/.wh.os-release")])

    assert names(listing) == {"opt/ab"}
    assert listing.read("etc/os-release") is None


def test_an_opaque_folder_takes_away_what_lay_below_it_and_nothing_of_its_own_layer() -> None:
    listing = listed(
        [Member("opt/a/old"), Member("opt/b")],
        [Member("opt/a/new1"), Member("opt/a/.wh..wh..opq"), Member("opt/a/new2")],
    )

    assert names(listing) == {"opt/a/new1", "opt/a/new2", "opt/b"}


def test_a_whiteout_counts_for_the_layers_below_alone() -> None:
    listing = listed([Member("a/x")], [Member("a/.wh.x")], [Member("a/x")])

    assert names(listing) == {"a/x"}


@pytest.mark.parametrize("over", [Member("opt"), link("opt", "usr")])
def test_a_file_or_link_over_a_folder_takes_away_what_lay_in_it(over: Member) -> None:
    listing = listed([Member("opt/a/b"), folder("usr")], [over])

    assert names(listing) == {"opt"}


def test_members_below_a_link_of_a_lower_layer_go_where_it_leads() -> None:
    listing = listed([folder("usr/lib"), link("lib", "usr/lib")], [Member("lib/x86/libz.so.1")])

    assert names(listing) == {"lib", "usr/lib/x86/libz.so.1"}
    assert listing.resolve("lib/x86/libz.so.1") == "usr/lib/x86/libz.so.1"


def test_folders_that_no_layer_names_are_there() -> None:
    listing = listed([Member("./usr/local/bin/python3.12", mode=0o755)])

    assert listing.entries["usr/local/bin"].kind is Kind.FOLDER
    assert listing.names("usr/local") == {"bin"}
    assert listing.names("/") == {"usr"}


def test_a_hard_link_is_a_file() -> None:
    assert names(listed([Member("a"), hard_link("b", "a")])) == {"a", "b"}


def test_of_the_c_library_its_own_words_are_kept() -> None:
    words = b"GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\nCopyright"
    listing = listed([Member("lib/x86_64-linux-gnu/libc.so.6", b"\x7fELF" + b"\0" * 9999 + words)])

    kept = listing.read("lib/x86_64-linux-gnu/libc.so.6")
    assert kept == b"GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36"


# ---------------------------------------------------------------- how layers are stored


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_layers_of_every_compression_are_read(compression: str) -> None:
    layer = COMPRESSIONS[compression](tar_of([Member("a"), Member("b", b"x" * 99999)]))

    assert names(list_layers([io.BytesIO(layer)], "x")) == {"a", "b"}


@given(cut=st.integers(1, 200))
def test_a_layer_that_ends_early_is_damaged(cut: int) -> None:
    layer = gzip.compress(tar_of([Member("a", bytes(range(256)) * 40)]))

    with pytest.raises(BuildError, match="x: has a damaged layer"):
        list_layers([io.BytesIO(layer[:-cut])], "x")


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "member",
    [
        Member("../etc/x"),
        Member("usr/../../x"),
        link("usr/x", "../../etc/shadow"),
        Member("dev/sda", kind=tarfile.BLKTYPE),
        Member("dev/null", kind=tarfile.CHRTYPE),
        hard_link("x", "../y"),
    ],
)
def test_a_layer_that_reaches_out_of_the_image_is_refused(member: Member) -> None:
    with pytest.raises(BuildError, match=r"python:3\.12-slim: is not safe to build on") as caught:
        listed([Member("etc/fine")], [member])

    assert len(str(caught.value).splitlines()) == 1


# ---------------------------------------------------------------- in the cache


@pytest.fixture
def image_layer(tmp_path: Path) -> Callable[[bytes], ImageLayer]:
    def make(content: bytes) -> ImageLayer:
        path = tmp_path / "layer"
        path.write_bytes(content)
        return ImageLayer(Descriptor(LAYER, digest_of(content), len(content)), digest_of(content), lambda: path)

    return make


def test_a_listing_is_made_once_for_the_same_layers(cache: Cache, image_layer: Callable[[bytes], ImageLayer]) -> None:
    members = [Member("etc/os-release", "ID=débian".encode()), link("lib", "usr/lib"), Member("usr/lib/\udcff")]
    layer = image_layer(tar_of(members))
    first = list_image([layer], cache, "x")
    layer.fetch().unlink()

    assert list_image([layer], cache, "x") == first
    assert first.read("etc/os-release") == "ID=débian".encode()


def test_a_listing_that_was_damaged_is_made_anew(cache: Cache, image_layer: Callable[[bytes], ImageLayer]) -> None:
    layer = image_layer(tar_of([Member("a")]))
    first = list_image([layer], cache, "x")
    for path in cache.root.rglob("*.json"):
        path.write_text('{"entries": [["a"]]}')

    assert list_image([layer], cache, "x") == first


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-c](/[a-c]){0,2}", fullmatch=True), st.sampled_from(["file", "folder", "link"])),
        max_size=8,
    )
)
def test_a_listing_goes_through_json_and_comes_back_the_same(entries: list[tuple[str, str]]) -> None:
    kinds = {"file": tarfile.REGTYPE, "folder": tarfile.DIRTYPE, "link": tarfile.SYMTYPE}
    listing = listed(*[[Member(path, kind=kinds[kind], target="a" * (kind == "link"))] for path, kind in entries])

    assert Listing.from_json(listing.to_json()) == listing

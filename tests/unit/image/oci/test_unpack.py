"""Layers become a root file system: what is in them lands inside it, whatever they say."""

import os
import shutil
import stat
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from realparts.layouts import read_image
from realparts.tars import (
    Member,
    emptied,
    folder,
    gone,
    hard_link,
    image_of,
    image_of_tars,
    link,
    tar_of,
)

from hookkit.cache import Cache, CacheError
from hookkit.errors import BuildError
from hookkit.image.oci.compression import NONE
from hookkit.image.oci.layout import blob_path, write_layout
from hookkit.image.oci.rootfs import inside
from hookkit.image.oci.unpack import MOUNT_POINTS, unpack
from hookkit.reference import ImageReference

#: What an engine adds, and so no layer.
ADDED = {"mnt", *MOUNT_POINTS, "run", "etc", "etc/hosts", "etc/resolv.conf"}


def unpacked(cache: Cache, *layers: list[Member]) -> Path:
    return unpack(cache, image_of(cache, *layers), "the image")


def names(root: Path) -> set[str]:
    """What there is, but for what engines add."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*")} - ADDED


def refused(cache: Cache, *layers: list[Member]) -> str:
    with pytest.raises(BuildError) as caught:
        unpacked(cache, *layers)
    assert not list((cache.root / "folders").glob("rootfs/*")), "half of it was left"
    assert not list((cache.root / "unfinished").iterdir())
    return str(caught.value)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder that nothing may be written to."""
    place = tmp_path / "outside"
    place.mkdir()
    (place / "kept").write_text("mine")
    yield place
    assert [path.name for path in place.iterdir()] == ["kept"]
    assert (place / "kept").read_text() == "mine"


# ---------------------------------------------------------------- what an image is


def test_files_folders_and_links_are_as_the_layers_have_them(cache: Cache) -> None:
    root = unpacked(
        cache,
        [
            folder("usr"),
            Member("usr/tool", b"#!", mode=0o755, time=1_000_000_000),
            link("bin", "usr"),
            hard_link("usr/same", "usr/tool"),
            Member("usr/\udcff name\nof two lines", b"x"),
        ],
    )
    tool = root / "usr/tool"
    assert tool.read_bytes() == b"#!"
    assert stat.S_IMODE(tool.stat().st_mode) == 0o755
    assert tool.stat().st_mtime == 1_000_000_000, "bytecode would be stale"
    assert str((root / "bin").readlink()) == "usr"
    assert (root / "usr/same").samefile(tool)
    assert (root / "usr/\udcff name\nof two lines").read_bytes() == b"x"


@pytest.mark.parametrize("compression", [None, NONE], ids=["gzip", "plain"])
def test_layers_are_read_however_they_are_stored(cache: Cache, compression: None) -> None:
    image = image_of_tars(cache, tar_of([Member("file", b"x" * 100_000)]), compression=compression)
    assert (unpack(cache, image, "x") / "file").stat().st_size == 100_000


def test_an_upper_layer_replaces_removes_and_empties(cache: Cache) -> None:
    root = unpacked(
        cache,
        [
            Member("kept", b"1"),
            Member("changed", b"1"),
            Member("gone", b"1"),
            Member("tree/gone/deep/file", b"1"),
            Member("full/old", b"1"),
            Member("full/sub/old", b"1"),
            Member("becomes-folder", b"1"),
            Member("becomes-file/x", b"1"),
        ],
        [
            Member("changed", b"2"),
            gone("gone"),
            gone("tree/gone"),
            Member("full/new", b"2"),
            emptied("full"),
            folder("becomes-folder"),
            Member("becomes-file", b"2"),
        ],
    )
    expected = {"kept", "changed", "tree", "full", "full/new", "becomes-folder", "becomes-file"}
    assert names(root) == expected
    assert (root / "changed").read_bytes() == b"2"


def test_whiteouts_mean_lower_layers_alone_wherever_they_stand(cache: Cache) -> None:
    lower = [Member("a/old", b"1"), Member("b/old", b"1"), Member("c", b"1")]
    upper = [Member("a/new", b"2"), gone("a"), emptied("b"), Member("b/new", b"2"), Member("c", b"2"), gone("c")]
    assert names(unpacked(cache, lower, upper)) == {"a", "a/new", "b", "b/new", "c"}


def test_a_changed_hard_link_leaves_its_other_name_alone(cache: Cache) -> None:
    root = unpacked(cache, [Member("one", b"1"), hard_link("two", "one")], [Member("two", b"2")])
    assert (root / "one").read_bytes() == b"1"


def test_it_is_unpacked_once(cache: Cache) -> None:
    image = image_of(cache, [Member("file", b"1")])
    (unpack(cache, image, "x") / "mark").touch()
    assert (unpack(cache, image, "x") / "mark").exists()


def test_what_an_engine_mounts_upon_is_there(cache: Cache) -> None:
    root = unpacked(cache, [link("run", "var/run"), Member("proc", b"a file"), Member("etc/hosts", b"")])
    for path in MOUNT_POINTS:
        place = inside(root, path)
        assert place is not None
        assert place.is_dir()
    assert (root / "var/run/secrets").is_dir()
    assert "localhost" in (root / "etc/hosts").read_text()


# ---------------------------------------------------------------- what an image must not do


@pytest.mark.parametrize("target", ["{outside}", "../../../../../../../../../../../..{outside}"])
def test_links_of_lower_layers_lead_no_further_than_the_root(cache: Cache, outside: Path, target: str) -> None:
    way = link("way", target.format(outside=outside))
    root = unpacked(cache, [way], [Member("way/kept", b"theirs"), hard_link("same", "way/kept")])
    assert (root / "same").read_bytes() == b"theirs"
    assert (root / str(outside).lstrip("/") / "kept").read_bytes() == b"theirs"


def test_nothing_outside_is_removed_through_a_link(cache: Cache, outside: Path) -> None:
    way = link("way", str(outside))
    unpacked(cache, [way], [gone("way/kept"), emptied("way")])


def test_a_file_does_not_go_through_the_link_that_has_its_name(cache: Cache, outside: Path) -> None:
    root = unpacked(cache, [link("file", f"{outside}/kept")], [Member("file", b"theirs")])
    assert (root / "file").read_bytes() == b"theirs"
    assert not (root / "file").is_symlink()


def test_a_hard_link_does_not_reach_out_through_a_link(cache: Cache, outside: Path) -> None:
    words = refused(cache, [link("way", str(outside)), hard_link("mine", "way/kept")])
    assert "'mine' is the same file as 'way/kept', which is none" in words


def test_a_hard_link_to_a_link_is_a_link(cache: Cache, outside: Path) -> None:
    root = unpacked(cache, [link("way", f"{outside}/kept"), hard_link("mine", "way")], [Member("mine", b"theirs")])
    assert (root / "mine").read_bytes() == b"theirs"


def test_absolute_names_are_the_roots_own(cache: Cache) -> None:
    assert names(unpacked(cache, [Member("/etc/mine", b"1"), Member("./opt//x", b"1")])) == {
        "etc/mine",
        "opt",
        "opt/x",
    }


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ([Member("../up", b"")], "goes out of the folder that it is in"),
        ([Member("a/../../up", b"")], "goes out of the folder that it is in"),
        ([hard_link("x", "../../etc/passwd")], "goes out of the folder that it is in"),
        ([hard_link("x", "not/there")], "which is none"),
        ([Member("a", b""), hard_link("x", ".")], "which is none"),
        ([link("a", "b"), link("b", "a"), Member("a/x", b"")], "lead nowhere"),
        ([Member("/".join("d" * 300), b"")], "goes down more than 256 folders"),
        ([Member("n" * 300, b"")], "no disk could hold"),
        ([Member("a/.wh...", b"")], "hides nothing that has a name"),
        ([Member("a/.wh.", b"")], "hides nothing that has a name"),
    ],
    ids=lambda value: "" if isinstance(value, list) else value,
)
def test_what_can_be_no_image_is_refused_in_a_line(cache: Cache, layer: list[Member], words: str) -> None:
    told = refused(cache, layer)
    assert words in told
    assert told.startswith("the image: has a ")
    assert "\n" not in told


def test_devices_and_pipes_are_left_out_and_rights_dropped(cache: Cache) -> None:
    root = unpacked(
        cache,
        [
            Member("sda", kind=tarfile.BLKTYPE),
            Member("null", kind=tarfile.CHRTYPE),
            Member("pipe", kind=tarfile.FIFOTYPE),
            Member("sudo", b"x", mode=0o6755),
            folder("tmp", mode=0o1777),
        ],
    )
    assert names(root) == {"sudo"}
    assert stat.S_IMODE((root / "sudo").stat().st_mode) == 0o755
    assert (root / "sudo").stat().st_uid == os.getuid()


def test_what_nobody_may_read_can_be_removed_again(cache: Cache) -> None:
    layers = [folder("locked", mode=0), Member("locked/file", b"x", mode=0)], [Member("locked/other", b"x")]
    root = unpacked(cache, *layers)
    assert stat.S_IMODE((root / "locked").stat().st_mode) == 0o700
    shutil.rmtree(root)


def test_holes_stay_holes(cache: Cache, tmp_path: Path) -> None:
    """A tar of some hundred bytes may say that a file has terabytes."""
    with (tmp_path / "sparse").open("wb") as file:
        file.write(b"start")
        file.seek(1 << 40)
        file.write(b"end")
    tar = subprocess.run(["tar", "-cS", "-C", tmp_path, "sparse"], capture_output=True, check=True).stdout
    found = unpack(cache, image_of_tars(cache, tar), "x") / "sparse"
    assert found.stat().st_size == (1 << 40) + 3
    assert found.stat().st_blocks * 512 < 1 << 20
    with found.open("rb") as file:
        assert file.read(5) == b"start"
        file.seek(1 << 40)
        assert file.read() == b"end"


def test_a_tar_that_ends_early_is_damaged(cache: Cache) -> None:
    tar = tar_of([Member("file", b"x" * 100_000)])
    with pytest.raises(BuildError, match="has a damaged layer"):
        unpack(cache, image_of_tars(cache, tar[:50_000]), "x")


def test_a_layer_that_was_damaged_in_the_cache_is_had_again(cache: Cache, tmp_path: Path) -> None:
    write_layout(tmp_path / "layout", (image_of(cache, [Member("file", b"1")]),), ImageReference("x", tag="1"))
    image = read_image(tmp_path / "layout", tmp_path / "other")
    path = image.layers[0].fetch()
    path.write_bytes(b"\0" * path.stat().st_size)
    assert (unpack(Cache(tmp_path / "other"), image, "x") / "file").read_bytes() == b"1"


def test_a_layer_that_was_damaged_in_its_layout_is_refused(cache: Cache, tmp_path: Path) -> None:
    write_layout(tmp_path / "layout", (image_of(cache, [Member("file", b"1")]),), ImageReference("x", tag="1"))
    image = read_image(tmp_path / "layout", tmp_path / "other")
    blob = tmp_path / "layout" / blob_path(image.layers[0].descriptor.digest)
    blob.write_bytes(b"\0" * blob.stat().st_size)
    with pytest.raises(BuildError, match="is no image, or a damaged one: its digest is"):
        unpack(Cache(tmp_path / "other"), image, "x")


def test_a_full_disk_is_named_and_leaves_nothing(cache: Cache) -> None:
    """A limit on the size of files says what a full disk says: in the middle of a write."""
    image = image_of(cache, [Member("file", bytes(1 << 20))])
    import resource
    import signal

    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    handled = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, most))
    try:
        with pytest.raises(CacheError, match="the cache can't be written: File too large; free some space"):
            unpack(cache, image, "x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
        signal.signal(signal.SIGXFSZ, handled)
    assert not list((cache.root / "unfinished").iterdir())


# ---------------------------------------------------------------- as others do it

_NAMES = st.lists(st.sampled_from("abl"), min_size=1, max_size=3).map("/".join)
_TARGETS = st.sampled_from(["a", "/b", "..", "../b", "/", "a/b", "l", "/l/a"])
_MEMBERS = st.one_of(
    st.builds(Member, _NAMES, st.sampled_from([b"1", b"2"]), mode=st.sampled_from([0o644, 0o755, 0o600])),
    st.builds(folder, _NAMES),
    st.builds(link, _NAMES, _TARGETS),
    st.builds(hard_link, _NAMES, _NAMES),
    st.builds(gone, _NAMES),
    st.builds(emptied, _NAMES),
)
_LAYERS = st.lists(st.lists(_MEMBERS, min_size=1, max_size=6), min_size=1, max_size=3)


def described(root: Path) -> dict[str, tuple[str, ...]]:
    """Every entry of a tree, as far as it's the image's."""
    found: dict[str, tuple[str, ...]] = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = ("link", str(path.readlink()))
        elif path.is_file():
            found[name] = ("file", path.read_text(), oct(path.stat().st_mode))
        else:
            found[name] = ("folder",)
    return {name: words for name, words in found.items() if name not in ADDED}


@pytest.mark.skipif(shutil.which("umoci") is None, reason="no umoci here: install Debian's package of that name")
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(layers=_LAYERS)
def test_it_is_what_another_program_unpacks(layers: list[list[Member]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        cache = Cache(Path(scratch, "cache"))
        image = image_of(cache, *layers)
        write_layout(Path(scratch, "layout"), (image,), ImageReference("x", tag="1"))
        command = ["umoci", "unpack", "--rootless", "--image", f"{scratch}/layout:1", f"{scratch}/bundle"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:  # it refuses more: members below files, hard links to nowhere
            return
        theirs = described(Path(scratch, "bundle/rootfs"))
        assert described(unpack(cache, image, "x")) == theirs

"""Where links of a tree lead, and which members may not come into one."""

import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.image.base.tree import Entry, EscapeError, Kind, entry_of, path_of, resolve

FOLDER = Entry(Kind.FOLDER, 0o755)
FILE = Entry(Kind.FILE, 0o644)


def link(target: str) -> Entry:
    return Entry(Kind.LINK, 0o777, target)


TREE = {
    "lib": link("usr/lib"),
    "usr": FOLDER,
    "usr/lib": FOLDER,
    "usr/lib/libz.so.1": link("libz.so.1.2"),
    "usr/lib/libz.so.1.2": FILE,
    "usr/bin": FOLDER,
    "usr/bin/python3": link("/usr/local/bin/python"),
    "usr/local": FOLDER,
    "usr/local/bin": FOLDER,
    "usr/local/bin/python": link("../../bin/python3.12"),
    "usr/bin/python3.12": FILE,
    "a": link("b"),
    "b": link("a"),
    "up": link("../../../usr"),
}


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/usr/bin/python3", "usr/bin/python3.12"),
        ("usr/bin/python3", "usr/bin/python3.12"),
        ("/lib/libz.so.1", "usr/lib/libz.so.1.2"),
        ("/lib/../bin", "usr/bin"),
        ("/lib/", "usr/lib"),
        ("/", ""),
        ("up/bin", "usr/bin"),
        ("/usr/bin/nothing", None),
        ("/a", None),
        ("/a/x", None),
    ],
)
def test_links_are_followed_inside_the_root(path: str, meant: str | None) -> None:
    assert resolve(TREE, path) == meant


segments = st.sampled_from(["a", "b", "c", "..", ".", ""])
paths = st.lists(segments, max_size=6).map("/".join)


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "a/a", "a/b", "b/c"]),
        st.one_of(paths.map(link), st.sampled_from([FOLDER, FILE])),
    ),
    paths,
)
def test_whatever_the_links_a_path_is_found_in_the_tree_or_not_at_all(tree: dict[str, Entry], path: str) -> None:
    meant = resolve(tree, path)

    assert meant is None or meant == "" or tree[meant].kind is not Kind.LINK


@given(st.text())
def test_a_members_path_never_goes_up(name: str) -> None:
    try:
        parts = path_of(name).split("/")
    except EscapeError:
        assert ".." in name.split("/")
    else:
        assert not {"..", "."} & set(parts)


@pytest.mark.parametrize(("name", "path"), [("./usr//bin/", "usr/bin"), ("/etc/x", "etc/x"), ("./", ""), (".", "")])
def test_a_members_name_becomes_a_path_from_the_root(name: str, path: str) -> None:
    assert path_of(name) == path


def member(kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo("x")
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize("target", ["../etc", "/etc/shadow", "../../x", "x/../../../y", "."])
def test_a_link_within_the_root_may_come(target: str) -> None:
    assert entry_of("usr/bin/x", member(tarfile.SYMTYPE, target)).target == target


@pytest.mark.parametrize("target", ["../../../x", "/../x", "a/../../../../b", "../../../usr/bin/y"])
def test_a_link_that_climbs_above_the_root_may_not(target: str) -> None:
    with pytest.raises(EscapeError, match="leads out of the image"):
        entry_of("usr/bin/x", member(tarfile.SYMTYPE, target))


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_a_device_may_not_come(kind: bytes) -> None:
    with pytest.raises(EscapeError, match="is a device"):
        entry_of("dev/x", member(kind))

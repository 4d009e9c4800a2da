"""What the members of packages become in a layer, and which of them are refused."""

import io
import os
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from realparts.archive import Member, control_of, deb_of, folder, hard_link, link

from hookkit.contract import IMAGE_USER
from hookkit.errors import BuildError
from hookkit.image.base.apt.layer import write_layer
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.listing import Listing, list_layers
from hookkit.image.base.tree import Entry, Kind

Debs = list[tuple[DebPackage, Path]]


def debs(tmp_path: Path, packages: Mapping[str, Iterable[Member]], architecture: str = "amd64") -> Debs:
    """Packages of the given members, in files."""
    found = []
    for name, members in packages.items():
        path = tmp_path / f"{name}.deb"
        path.write_bytes(deb_of(control_of(name, architecture=architecture), members))
        found.append((DebPackage(name, "1.0", architecture, "0" * 64, 0, ""), path))
    return found


def layer(packages: Debs, base: dict[str, Entry] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        write_layer(tar, packages, base=base)
    return buffer.getvalue()


def members(content: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        found = tar.getmembers()
    assert len({one.name for one in found}) == len(found), "a member comes twice"
    return {one.name: one for one in found}


def files(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {one.name: file.read() for one in tar if not one.issym() and (file := tar.extractfile(one))}


def listing(content: bytes) -> Listing:
    return list_layers([io.BytesIO(content)], "layer")


# ---------------------------------------------------------------- the root


def test_the_root_has_what_containers_need(tmp_path: Path) -> None:
    content = layer(debs(tmp_path, {}))

    found = members(content)
    assert found["tmp"].mode == 0o1777
    assert {name: found[name].linkname for name in ("bin", "sbin", "lib", "lib64")} == {
        "bin": "usr/bin",
        "sbin": "usr/sbin",
        "lib": "usr/lib",
        "lib64": "usr/lib64",
    }
    passwd = files(content)["etc/passwd"].decode().splitlines()
    assert [line.split(":")[2] for line in passwd] == ["0", "65534", str(IMAGE_USER)]
    assert f":{IMAGE_USER}:" in files(content)["etc/group"].decode()
    assert b"hosts:    files dns" in files(content)["etc/nsswitch.conf"]


def test_members_below_merged_folders_go_below_usr(tmp_path: Path) -> None:
    package = [
        folder("./lib"),
        folder("./lib/x86_64-linux-gnu"),
        Member("./lib/x86_64-linux-gnu/libz.so.1.2", b"z"),
        link("./lib/x86_64-linux-gnu/libz.so.1", "libz.so.1.2"),
        folder("./lib64"),
        link("./lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libz.so.1"),
        Member("./bin/dash", b"sh", 0o755),
    ]

    found = members(layer(debs(tmp_path, {"zlib1g": package})))

    assert {"usr/lib/x86_64-linux-gnu/libz.so.1.2", "usr/lib64/ld-linux-x86-64.so.2", "usr/bin/dash"} <= set(found)
    assert not [name for name in found if name.startswith(("lib/", "lib64/", "bin/"))]
    assert found["lib"].issym()


def test_every_link_of_a_layer_is_followed_inside_the_root(tmp_path: Path) -> None:
    package = [Member("./lib/x/real.so", b"z"), link("./usr/lib/x/via.so", "/lib/x/real.so")]

    found = listing(layer(debs(tmp_path, {"a": package})))

    assert found.resolve("/lib/x/via.so") == "usr/lib/x/real.so"


def test_owners_times_and_rights_beyond_the_callers_are_gone(tmp_path: Path) -> None:
    package = [
        Member("./usr/bin/su", b"su", 0o4755),
        Member("./usr/bin/wall", b"wall", 0o2755),
        folder("./var/local", 0o2775),
    ]

    found = members(layer(debs(tmp_path, {"a": package})))

    assert {found[name].mode for name in ("usr/bin/su", "usr/bin/wall")} == {0o755}
    assert found["var/local"].mode == 0o775
    assert {(one.uid, one.gid, one.uname, one.gname, one.mtime) for one in found.values()} == {(0, 0, "", "", 0)}


def test_licences_stay_and_what_nobody_reads_goes(tmp_path: Path) -> None:
    stay = ["usr/share/doc/a/copyright", "usr/share/zoneinfo/Europe/Paris", "usr/lib/x/gconv/UTF-16.so"]
    go = [
        "usr/share/doc/a/changelog.gz",
        "usr/share/doc/a/examples/copyright",
        "usr/share/man/man1/a.1.gz",
        "usr/share/locale/de/LC_MESSAGES/a.mo",
        "usr/share/lintian/overrides/a",
        "usr/share/zoneinfo/right/Europe/Paris",
        "usr/lib/x/gconv/BIG5.so",
        "usr/lib/python3.11/lib-dynload/_testcapi.cpython-311-x86_64-linux-gnu.so",
    ]
    package = [*(Member(f"./{path}", b"x") for path in stay + go), link("./usr/share/doc/b", "a")]

    found = members(layer(debs(tmp_path, {"a": package})))

    assert {*stay, "usr/share/doc/b"} <= set(found)
    assert not set(go) & set(found)


def test_a_module_of_python_goes_with_the_library_that_was_spared(tmp_path: Path) -> None:
    module = "usr/lib/python3.11/lib-dynload/_dbm.cpython-311-x86_64-linux-gnu.so"
    python = {"libpython3.11-stdlib": [Member(f"./{module}", b"x")]}

    assert module not in members(layer(debs(tmp_path, python)))
    assert module in members(layer(debs(tmp_path, python | {"libdb5.3": []})))
    assert module not in members(layer(debs(tmp_path, python | {"libtirpc3": []})))


def test_scanners_find_the_packages(tmp_path: Path) -> None:
    content = layer(debs(tmp_path, {"libz": [], "liba": []}))

    assert files(content)["var/lib/dpkg/status.d/libz"].decode() == control_of("libz")
    assert "var/lib/dpkg/status.d/liba" in files(content)


# ---------------------------------------------------------------- what scripts would have made


def test_the_certificates_become_a_bundle_that_openssl_finds(tmp_path: Path) -> None:
    package = [
        Member("./usr/share/ca-certificates/mozilla/B.crt", b"BBB"),
        Member("./usr/share/ca-certificates/mozilla/A.crt", b"AAA\n"),
    ]

    content = layer(debs(tmp_path, {"ca-certificates": package}))

    assert files(content)["etc/ssl/certs/ca-certificates.crt"] == b"AAA\nBBB\n"
    assert listing(content).resolve("usr/lib/ssl/cert.pem") == "etc/ssl/certs/ca-certificates.crt"


@pytest.mark.parametrize(
    ("architecture", "folder_name"), [("amd64", "x86_64-linux-gnu"), ("arm64", "aarch64-linux-gnu")]
)
def test_alternatives_are_linked_best_first(tmp_path: Path, architecture: str, folder_name: str) -> None:
    home = f"usr/lib/{folder_name}"
    reference = {
        "libblas3": [
            Member(f"./{home}/blas/libblas.so.3.11", b"r"),
            link(f"./{home}/blas/libblas.so.3", "libblas.so.3.11"),
        ]
    }
    fast = {"libopenblas0": [Member(f"./{home}/openblas-pthread/libblas.so.3", b"f")]}

    alone = listing(layer(debs(tmp_path, reference, architecture)))
    both = listing(layer(debs(tmp_path, reference | fast, architecture)))

    assert alone.resolve(f"{home}/libblas.so.3") == f"{home}/blas/libblas.so.3.11"
    assert both.resolve(f"{home}/libblas.so.3") == f"{home}/openblas-pthread/libblas.so.3"
    assert alone.resolve(f"{home}/liblapack.so.3") is None


def test_a_link_that_a_package_brings_is_left_alone(tmp_path: Path) -> None:
    home = "usr/lib/x86_64-linux-gnu"
    package = [Member(f"./{home}/blas/libblas.so.3", b"r"), Member(f"./{home}/libblas.so.3", b"own")]

    assert files(layer(debs(tmp_path, {"libblas3": package})))[f"{home}/libblas.so.3"] == b"own"


# ---------------------------------------------------------------- several packages


def test_folders_merge_and_equal_files_come_once(tmp_path: Path) -> None:
    one = [folder("./usr/share/x", 0o755), Member("./usr/share/x/same", b"s"), Member("./usr/share/x/a", b"a")]
    two = [folder("./usr/share/x", 0o700), Member("./usr/share/x/same", b"s"), link("./usr/share/x/l", "a")]
    three = [link("./usr/share/x/l", "a")]

    found = members(layer(debs(tmp_path, {"one": one, "two": two, "xthree": three})))

    assert found["usr/share/x"].mode == 0o755
    assert {"usr/share/x/same", "usr/share/x/a", "usr/share/x/l"} <= set(found)


@pytest.mark.parametrize("second", [Member("./etc/x", b"2"), link("./etc/x", "passwd")])
def test_two_things_of_one_name_are_refused(tmp_path: Path, second: Member) -> None:
    with pytest.raises(BuildError, match=r"two 1.0: another package has another /etc/x"):
        layer(debs(tmp_path, {"one": [Member("./etc/x", b"1")], "two": [second]}))


def test_a_link_to_a_folder_is_followed_by_later_packages(tmp_path: Path) -> None:
    one = [folder("./usr/share/doc/gcc-12-base"), link("./usr/share/doc/libgcc-s1", "gcc-12-base")]
    two = [Member("./usr/share/doc/libgcc-s1/copyright", b"c")]

    assert "usr/share/doc/gcc-12-base/copyright" in members(layer(debs(tmp_path, {"one": one, "two": two})))


def test_hard_links_stay_what_they_are(tmp_path: Path) -> None:
    package = [Member("./bin/perl", b"p", 0o755), hard_link("./bin/perl5.36", "./bin/perl")]

    content = layer(debs(tmp_path, {"perl": package}))

    assert members(content)["usr/bin/perl5.36"].linkname == "usr/bin/perl"
    assert files(content)["usr/bin/perl5.36"] == b"p"


def test_links_that_say_the_same_in_other_words_are_the_same(tmp_path: Path) -> None:
    package = [link("./var/run", "../run"), link("./bin", "/usr/bin"), link("./usr/share/x", "doc")]
    other = [folder("./usr/share/doc"), link("./usr/share/x", "/usr/share/doc")]

    found = members(layer(debs(tmp_path, {"base-files": package, "other": other})))

    assert (found["var/run"].linkname, found["bin"].linkname) == ("/run", "usr/bin")


# ---------------------------------------------------------------- upon a base


def test_upon_a_base_only_what_it_lacks_is_added(tmp_path: Path) -> None:
    base = list_layers([io.BytesIO(layer(debs(tmp_path, {"libc6": [Member("./lib/libc.so.6", b"c")]})))], "base")
    package = [folder("./lib"), folder("./usr"), Member("./lib/libz.so.1", b"z")]

    found = members(layer(debs(tmp_path, {"zlib1g": package}), dict(base.entries)))

    assert set(found) == {"usr/lib/libz.so.1", "var/lib/dpkg/status.d/zlib1g"}


def test_a_base_without_merged_folders_keeps_them_apart(tmp_path: Path) -> None:
    base = {name: Entry(Kind.FOLDER, 0o755) for name in ("lib", "usr", "usr/lib")}

    found = members(layer(debs(tmp_path, {"zlib1g": [folder("./lib"), Member("./lib/libz.so.1", b"z")]}), base))

    assert "lib/libz.so.1" in found


# ---------------------------------------------------------------- the same bytes


def test_the_same_packages_give_the_same_bytes_whoever_and_wherever(tmp_path: Path) -> None:
    packages: dict[str, Iterable[Member]] = {
        "b": [Member("./etc/b", b"b"), link("./etc/l", "b")],
        "a": [Member("./usr/bin/a", b"a" * 5000, 0o755), Member("./usr/share/ca-certificates/é.crt", b"c")],
    }
    first = layer(debs(tmp_path, packages))
    (tmp_path / "elsewhere").mkdir()

    earlier = os.umask(0o077)
    try:
        second = layer(debs(tmp_path / "elsewhere", packages)[::-1])
    finally:
        os.umask(earlier)

    assert first == second


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "member",
    [
        Member("./../../etc/cron.d/x", b"x"),
        Member("./usr/../../x", b"x"),
        Member("./dev/sda", kind=tarfile.BLKTYPE),
        Member("./dev/null", kind=tarfile.CHRTYPE),
        link("./usr/lib/x", "../../../etc/shadow"),
        link("./x", "../x"),
        hard_link("./usr/bin/x", "../../etc/shadow"),
    ],
)
def test_what_would_reach_out_of_the_image_is_refused(tmp_path: Path, member: Member) -> None:
    with pytest.raises(BuildError, match=r"evil 1.0: is not safe") as caught:
        layer(debs(tmp_path, {"evil": [Member("./etc/fine", b"x"), member]}))

    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "members_of_evil",
    [
        [Member("./etc/x", b"x"), Member("./etc/x/y", b"y")],
        [link("./etc/x", "/nowhere"), Member("./etc/x/y", b"y")],
        [link("./etc/a", "b"), link("./etc/b", "a"), Member("./etc/a/y", b"y")],
        [hard_link("./etc/x", "./etc/not-there")],
        [Member("./etc/x", b"x"), folder("./etc/x")],
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(tmp_path: Path, members_of_evil: list[Member]) -> None:
    with pytest.raises(BuildError, match=r"evil 1.0: is damaged") as caught:
        layer(debs(tmp_path, {"evil": members_of_evil}))

    assert len(str(caught.value).splitlines()) == 1


def test_an_absolute_link_leads_to_the_images_own_file(tmp_path: Path) -> None:
    package = [link("./etc/x", "/etc"), Member("./etc/x/passwd2", b"y")]
    package += [link("./etc/top", "/"), Member("./etc/top/opt/z", b"z"), folder("./etc/top")]

    assert {"etc/passwd2", "opt/z"} <= set(members(layer(debs(tmp_path, {"a": package}))))


def test_a_damaged_package_is_named(tmp_path: Path) -> None:
    packages = debs(tmp_path, {"zlib1g": [Member("./x", b"x" * 9999)]})
    packages[0][1].write_bytes(packages[0][1].read_bytes()[:-200])

    with pytest.raises(BuildError, match=r"zlib1g 1\.0: is damaged"):
        layer(packages)

"""Which .debs are downloaded, and what happens where the archive no longer fits what was resolved."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from realparts.archive import Archive, Member, control_of

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.base.apt.fetch import fetch_packages
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptRequest
from hookkit.image.base.apt.resolve import resolve_packages
from hookkit.image.builder import Progress

INSTALLED = control_of("libc6", "2.36", Status="install ok installed").encode()


@pytest.fixture
def wanted(archive: Archive) -> AptRequest:
    archive.add(
        control_of("libgdal32", "1:3.6.2+dfsg-1", Depends="libproj25"), [Member("./usr/lib/libgdal.so.32", b"g")]
    )
    archive.add(control_of("libproj25", architecture="all"), [Member("./usr/lib/libproj.so.25", b"p")])
    archive.publish()
    return AptRequest("amd64", ("libgdal32",), archive.settings, INSTALLED)


def test_packages_come_whole_and_in_their_order(wanted: AptRequest, archive: Archive, cache: Cache) -> None:
    packages = resolve_packages(wanted, cache)

    paths = fetch_packages(packages[::-1], wanted, cache)

    expected = [(archive.root / one.filename).read_bytes() for one in packages[::-1]]
    assert [path.read_bytes() for path in paths] == expected


def test_what_the_cache_has_is_had_without_apt(
    wanted: AptRequest, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = resolve_packages(wanted, cache)
    first = fetch_packages(packages, wanted, cache)
    monkeypatch.setenv("PATH", "")

    assert fetch_packages(packages, wanted, cache) == first


def test_only_what_is_missing_is_downloaded_and_told(wanted: AptRequest, cache: Cache) -> None:
    packages = resolve_packages(wanted, cache)
    fetch_packages(packages[1:], wanted, cache)
    heard: list[object] = []

    fetch_packages(packages, wanted, cache, heard.append)

    assert heard[0] == Progress("download 1 packages", total=packages[0].size)


def test_a_package_that_was_damaged_in_the_cache_comes_again(wanted: AptRequest, cache: Cache) -> None:
    packages = resolve_packages(wanted, cache)
    path, *_ = fetch_packages(packages, wanted, cache)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"X")

    fetch_packages(packages, wanted, cache)

    assert path.read_bytes() == whole


def test_what_a_killed_build_left_is_in_nobodys_way(wanted: AptRequest, cache: Cache) -> None:
    packages = resolve_packages(wanted, cache)
    [home] = (path.parent for path in cache.root.rglob("apt.conf"))
    (home / "debs").mkdir()
    (home / "debs" / "half.deb").write_bytes(b"half")

    fetch_packages(packages, wanted, cache)

    assert not (home / "debs").exists()
    assert b"half" not in [path.read_bytes() for path in (cache.root / "blobs/sha256").iterdir()]


def test_a_lock_is_followed_on_a_machine_that_never_resolved(wanted: AptRequest, cache: Cache, tmp_path: Path) -> None:
    packages = resolve_packages(wanted, cache)

    assert len(fetch_packages(packages, wanted, Cache(tmp_path / "another"))) == len(packages)


def test_an_index_that_is_older_than_the_lock_is_refreshed(
    wanted: AptRequest, archive: Archive, cache: Cache, tmp_path: Path
) -> None:
    resolve_packages(wanted, cache)
    archive.add(control_of("libproj25", "2.0", architecture="all"))
    archive.publish()
    newer = resolve_packages(wanted, Cache(tmp_path / "of a colleague"))

    assert len(fetch_packages(newer, wanted, cache)) == len(newer)


def test_versions_that_the_archive_no_longer_has_are_named_all_at_once(
    wanted: AptRequest, archive: Archive, cache: Cache, tmp_path: Path
) -> None:
    packages = resolve_packages(wanted, cache)
    archive.remove("libgdal32")
    archive.remove("libproj25")
    archive.add(control_of("libproj25", "2.0", architecture="all"))
    archive.publish()

    with pytest.raises(BuildError) as caught:
        fetch_packages(packages, wanted, Cache(tmp_path / "another"))

    first, second = str(caught.value).splitlines()
    assert first.startswith("libgdal32 1:3.6.2+dfsg-1: is no longer in the archive")
    assert second.startswith("libproj25 1.0: is no longer in the archive")
    assert first.endswith("run `hookkit lock --upgrade`, then build again")


def test_the_same_version_with_other_bytes_is_not_the_locked_one(
    wanted: AptRequest, archive: Archive, cache: Cache
) -> None:
    packages = resolve_packages(wanted, cache)
    archive.add(control_of("libproj25", architecture="all"), [Member("./usr/lib/libproj.so.25", b"other")])
    archive.publish()

    with pytest.raises(BuildError, match=r"something else than its index promises|no longer in the archive"):
        fetch_packages(packages, wanted, cache)


def test_a_package_that_differs_from_the_index_is_refused(wanted: AptRequest, archive: Archive, cache: Cache) -> None:
    packages = resolve_packages(wanted, cache)
    deb = archive.root / packages[0].filename
    deb.write_bytes(deb.read_bytes()[:-1] + b"X")

    with pytest.raises(BuildError, match="something else than its index promises") as caught:
        fetch_packages(packages, wanted, cache)

    assert len(caught.value.problems) == 1
    assert cache.blob(packages[0].digest, packages[0].size) is None


def test_a_package_goes_through_json_and_comes_back_the_same(wanted: AptRequest, cache: Cache) -> None:
    for package in resolve_packages(wanted, cache):
        assert DebPackage.from_json(package.to_json()) == package


@pytest.mark.parametrize("change", [{"size": "1"}, {"name": 3}, {"sha256": None}])
def test_what_is_no_package_is_not_read_as_one(wanted: AptRequest, cache: Cache, change: dict[str, object]) -> None:
    package, *_ = resolve_packages(wanted, cache)

    with pytest.raises(ValueError, match="package"):
        DebPackage.from_json(package.to_json() | change)


def test_two_builds_at_once_get_the_same(wanted: AptRequest, cache: Cache) -> None:
    def build(_turn: int) -> list[bytes]:
        return [path.read_bytes() for path in fetch_packages(resolve_packages(wanted, cache), wanted, cache)]

    with ThreadPoolExecutor(3) as pool:
        first, *others = pool.map(build, range(3))

    assert all(one == first for one in others)
    assert len(first) == 2

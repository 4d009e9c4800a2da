"""Packages become a base or a layer, once, and never into a base of another release."""

import platform
from dataclasses import replace
from pathlib import Path

import pytest
from realparts.archive import Archive, Member, control_of

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.base.apt.assemble import PackageStore, assemble_base, check_release, layer_packages
from hookkit.image.base.apt.request import AptRequest, AptSettings
from hookkit.image.base.apt.resolve import resolve_packages
from hookkit.image.base.facts import BaseFacts, read_facts
from hookkit.image.base.listing import list_image
from hookkit.image.oci.compression import NONE, best_gzip

FACTS = BaseFacts("/usr/bin/python3.11", "3.11", "", False, (2, 36), "debian", "bookworm", b"Package: x\n", frozenset())


@pytest.fixture
def wanted(archive: Archive) -> AptRequest:
    release = Member("./usr/lib/os-release", b"ID=debian\nVERSION_CODENAME=stable\n")
    archive.add(control_of("base-files", "12"), [release])
    archive.add(control_of("python3", "3.11"), [Member("./usr/bin/python3.11", b"python", 0o755)])
    archive.add(control_of("libproj25"), [Member("./usr/lib/x86_64-linux-gnu/libproj.so.25", b"p")])
    archive.publish()
    return AptRequest("amd64", (), archive.settings)


def test_a_base_is_an_image_of_one_layer_for_its_platform(wanted: AptRequest, cache: Cache) -> None:
    store = PackageStore(cache, best_gzip())

    image = assemble_base(resolve_packages(wanted, cache), wanted, store)

    assert str(image.platform) == "linux/amd64"
    [layer] = image.layers
    assert image.config["rootfs"]["diff_ids"] == [layer.diff_id]
    assert any(one.startswith("PATH=/usr/local/") for one in image.config["config"]["Env"])
    assert read_facts(list_image(image.layers, cache, "apt:"), {}).codename == "stable"


def test_the_same_packages_are_assembled_once_and_without_apt(
    wanted: AptRequest, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PackageStore(cache, best_gzip())
    packages = resolve_packages(wanted, cache)
    first = assemble_base(packages, wanted, store)
    monkeypatch.setenv("PATH", "")

    again = assemble_base(packages[::-1], wanted, store)

    assert again.manifest_bytes == first.manifest_bytes


def test_the_same_packages_give_the_same_image_on_another_machine(
    wanted: AptRequest, cache: Cache, tmp_path: Path
) -> None:
    packages = resolve_packages(wanted, cache)

    first = assemble_base(packages, wanted, PackageStore(cache, best_gzip()))
    second = assemble_base(packages, wanted, PackageStore(Cache(tmp_path / "another"), best_gzip()))

    assert first.manifest_bytes == second.manifest_bytes


def test_the_contents_do_not_depend_on_the_compression(wanted: AptRequest, cache: Cache) -> None:
    packages = resolve_packages(wanted, cache)

    images = [assemble_base(packages, wanted, PackageStore(cache, one)) for one in (NONE, best_gzip())]

    assert len({image.layers[0].diff_id for image in images}) == 1


def test_packages_upon_a_base_are_one_more_layer(wanted: AptRequest, cache: Cache) -> None:
    store = PackageStore(cache, best_gzip())
    base = assemble_base(resolve_packages(wanted, cache), wanted, store)
    listing = list_image(base.layers, cache, "base")
    request = replace(wanted, names=("libproj25",), installed=read_facts(listing, {}).dpkg_status)
    packages = resolve_packages(request, cache)

    layer = layer_packages(packages, request, store, listing, base.config_descriptor.digest)

    assert [one.name for one in packages] == ["libproj25"]
    both = read_facts(list_image((*base.layers, layer), cache, "both"), {})
    assert "libproj.so.25" in both.libraries
    assert both.dpkg_status.count(b"Package:") == read_facts(listing, {}).dpkg_status.count(b"Package:") + 1


# ---------------------------------------------------------------- releases


def test_a_base_of_the_archives_release_is_fine() -> None:
    check_release(FACTS, AptSettings("file:/mirror", "bookworm bookworm-updates"), "python:3.11-slim")


@pytest.mark.parametrize("codename", ["trixie", ""])
def test_a_base_of_another_release_is_refused(codename: str) -> None:
    facts = replace(FACTS, codename=codename)

    with pytest.raises(BuildError, match=r"python:3.13-slim: is debian .*, and the packages are of bookworm"):
        check_release(facts, AptSettings("file:/mirror", "bookworm"), "python:3.13-slim")


def test_a_base_without_packages_is_refused() -> None:
    with pytest.raises(BuildError, match="has no packages of Debian or Ubuntu"):
        check_release(replace(FACTS, dpkg_status=b""), AptSettings(), "alpine")


def test_without_settings_the_base_has_to_be_of_this_machines_release() -> None:
    release = platform.freedesktop_os_release()
    own = replace(FACTS, system=release["ID"], codename=release.get("VERSION_CODENAME", ""))
    check_release(own, AptSettings(), "own")

    with pytest.raises(BuildError, match="is plan9 forth"):
        check_release(replace(own, system="plan9", codename="forth"), AptSettings(), "other")

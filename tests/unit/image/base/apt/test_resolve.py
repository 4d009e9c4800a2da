"""Which packages a request needs, asked of a real apt and a small signed archive."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from realparts.archive import SUITE, Archive, SigningKey, control_of

from hookkit.cache import Cache, CacheError
from hookkit.errors import BuildError
from hookkit.image.base.apt.contents import BASE_PACKAGES, FILES_ALONE
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptRequest, AptSettings
from hookkit.image.base.apt.resolve import resolve_packages

INSTALLED = control_of("libc6", "2.36", Status="install ok installed").encode()


def names(packages: tuple[DebPackage, ...]) -> list[str]:
    return [package.name for package in packages]


def upon_base(archive: Archive, *wanted: str, installed: bytes = INSTALLED) -> AptRequest:
    return AptRequest("amd64", wanted, archive.settings, installed)


# ---------------------------------------------------------------- what comes along


def test_what_packages_depend_on_comes_along_and_what_they_recommend_does_not(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libgdal32", Depends="libproj25, libtiff6", Recommends="proj-bin", Suggests="gdal-doc"))
    tiff = archive.add(control_of("libtiff6", "1:4.5.0-6+deb12u1"))
    for name in ("libproj25", "proj-bin", "gdal-doc"):
        archive.add(control_of(name))
    archive.publish()

    packages = resolve_packages(upon_base(archive, "libgdal32"), cache)

    assert names(packages) == ["libgdal32", "libproj25", "libtiff6"]
    assert packages[2] == tiff


def test_what_the_base_has_does_not_come_again(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libgdal32", Depends="libproj25, libc6 (>= 2.30)"))
    archive.add(control_of("libproj25", "9.1"))
    archive.publish()
    there = INSTALLED + b"\n" + control_of("libproj25", "9.1", Status="install ok installed").encode()

    assert names(resolve_packages(upon_base(archive, "libgdal32", installed=there), cache)) == ["libgdal32"]


def test_what_is_asked_for_and_there_already_stays_as_it_is(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libgdal32", "3.7", Depends="libproj25 (>= 9.2)"))
    archive.add(control_of("libproj25", "9.2"))
    archive.add(control_of("libtiff6", "4.6"))
    archive.publish()
    there = "\n".join(
        control_of(name, "1.0", Status="install ok installed") for name in ("libtiff6", "libproj25")
    ).encode()

    packages = resolve_packages(upon_base(archive, "libgdal32", "libtiff6", installed=there), cache)

    assert names(packages) == ["libgdal32", "libproj25"], "only what is too old for what comes is replaced"


def test_what_a_base_should_have_and_lacks_is_not_mended(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libgdal32"))
    archive.publish()
    broken = control_of("curl", Status="install ok installed", Depends="libcurl4").encode()

    assert names(resolve_packages(upon_base(archive, "libgdal32", installed=broken), cache)) == ["libgdal32"]


def test_a_package_that_was_removed_is_not_there(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libgdal32", Depends="libproj25"))
    archive.add(control_of("libproj25", "9.1"))
    archive.publish()
    rest = control_of("libproj25", "9.1", Status="deinstall ok config-files").encode()

    found = names(resolve_packages(upon_base(archive, "libgdal32", installed=rest), cache))

    assert found == ["libgdal32", "libproj25"]


def test_an_assembled_base_has_python_and_nothing_that_only_scripts_need(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("base-files", "12.4", Pre_Depends="awk"))
    archive.add(control_of("ca-certificates", "2025", Depends="openssl, debconf"))
    archive.add(control_of("mawk", Provides="awk"))
    archive.add(control_of("tzdata", "2025b", Depends="debconf (>= 0.5) | debconf-2.0"))
    archive.add(control_of("python3", "3.11.2", Depends="libpython3-stdlib"))
    archive.add(control_of("libpython3-stdlib", Depends="libdb5.3, libnsl2, libssl3"))
    for name in ("debconf", "openssl", "libdb5.3", "libnsl2", "libssl3"):
        archive.add(control_of(name))
    archive.publish()

    packages = resolve_packages(AptRequest("amd64", (), archive.settings), cache)

    assert names(packages) == sorted((*BASE_PACKAGES, *FILES_ALONE, "libpython3-stdlib", "libssl3"))
    assert {one.name: one.version for one in packages}["base-files"] == "12.4"


@pytest.mark.parametrize("wanted", ["openssl", "libsasl2-modules-db", "ca-certificates"])
def test_what_was_spared_comes_where_it_is_needed(archive: Archive, cache: Cache, wanted: str) -> None:
    archive.add(control_of("ca-certificates", "2025", Depends="openssl"))
    archive.add(control_of("python3", "3.11.2", Depends="libdb5.3"))
    archive.add(control_of("libsasl2-modules-db", Depends="libdb5.3"))
    archive.add(control_of("libdb5.3"))
    archive.add(control_of("openssl"))
    archive.publish()

    found = names(resolve_packages(AptRequest("amd64", (wanted,), archive.settings), cache))

    assert wanted in found
    assert ("libdb5.3" in found) == (wanted == "libsasl2-modules-db")
    assert ("openssl" in found) == (wanted == "openssl")


def test_another_architecture_gets_its_own_packages(archive: Archive, cache: Cache) -> None:
    for architecture in ("amd64", "arm64"):
        archive.add(control_of("libproj25", architecture=architecture))
    archive.add(control_of("proj-data", architecture="all"))
    archive.publish("amd64", "arm64")
    request = replace(upon_base(archive, "libproj25", "proj-data"), architecture="arm64")

    packages = resolve_packages(request, cache)

    assert [(one.name, one.architecture) for one in packages] == [("libproj25", "arm64"), ("proj-data", "all")]


def test_resolving_anew_sees_what_the_archive_got_meanwhile(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libproj25", "9.1"))
    archive.publish()
    resolve_packages(upon_base(archive, "libproj25"), cache)
    archive.add(control_of("libproj25", "9.2"))
    archive.publish()

    [package] = resolve_packages(upon_base(archive, "libproj25"), cache)

    assert package.version == "9.2"


# ---------------------------------------------------------------- the machine's own apt


def _own_sources(archive: Archive, machine: Path) -> None:
    assert archive.key
    fields = {"Types": "deb", "URIs": archive.settings.mirror, "Suites": SUITE, "Components": "main"}
    fields["Signed-By"] = str(archive.key.keyring)
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    (machine / "sources.list.d" / "own.sources").write_text(text)


def test_without_settings_the_machines_own_sources_count(archive: Archive, cache: Cache, machine: Path) -> None:
    proj = archive.add(control_of("libproj25"))
    archive.publish()
    _own_sources(archive, machine)

    assert resolve_packages(AptRequest("amd64", ("libproj25",), AptSettings(), INSTALLED), cache) == (proj,)


def test_sources_in_the_old_format_count_too(archive: Archive, cache: Cache, machine: Path) -> None:
    proj = archive.add(control_of("libproj25"))
    archive.publish()
    assert archive.key
    line = f"deb [signed-by={archive.key.keyring}] {archive.settings.mirror} {SUITE} main\n"
    (machine / "sources.list").write_text(line)

    assert resolve_packages(AptRequest("amd64", ("libproj25",), AptSettings(), INSTALLED), cache) == (proj,)


def test_pins_of_the_machine_count_for_its_own_sources(archive: Archive, cache: Cache, machine: Path) -> None:
    for version in ("9.1", "9.2"):
        archive.add(control_of("libproj25", version))
    archive.publish()
    _own_sources(archive, machine)
    (machine / "preferences").write_text("Package: libproj25\nPin: version 9.1\nPin-Priority: 1001\n")

    [own] = resolve_packages(AptRequest("amd64", ("libproj25",), AptSettings(), INSTALLED), cache)
    [named] = resolve_packages(upon_base(archive, "libproj25"), cache)

    assert (own.version, named.version) == ("9.1", "9.2")


def test_what_the_machine_runs_after_an_update_is_not_run(archive: Archive, cache: Cache, machine: Path) -> None:
    archive.add(control_of("libproj25"))
    archive.publish()
    with (machine / "test.conf").open("a") as configuration:
        configuration.write(f'APT::Update::Post-Invoke {{ "touch {machine}/ran"; }};\n')
        configuration.write(f'APT::Update::Post-Invoke-Success {{ "touch {machine}/ran"; }};\n')

    resolve_packages(upon_base(archive, "libproj25"), cache)

    assert not (machine / "ran").exists()


def test_insecure_archives_are_refused_whatever_the_machine_allows(
    archive: Archive, cache: Cache, machine: Path
) -> None:
    archive.add(control_of("libproj25"))
    archive.key = None
    archive.publish()
    with (machine / "test.conf").open("a") as configuration:
        configuration.write('Acquire::AllowInsecureRepositories "true";\nAPT::Get::AllowUnauthenticated "true";\n')

    with pytest.raises(BuildError, match="signature is missing"):
        resolve_packages(upon_base(archive, "libproj25"), cache)


def test_a_password_stays_out_of_what_others_may_read(archive: Archive, cache: Cache, machine: Path) -> None:
    archive.add(control_of("libproj25"))
    archive.publish()
    with (machine / "test.conf").open("a") as configuration:
        configuration.write('Acquire::https::Proxy "http://ann:pa55@127.0.0.1:1";\n')

    resolve_packages(upon_base(archive, "libproj25"), cache)

    holders = [one for one in cache.root.rglob("*") if one.is_file() and b"pa55" in one.read_bytes()]
    assert holders
    assert all(one.stat().st_mode & 0o077 == 0 for one in holders)


# ---------------------------------------------------------------- mistakes


def test_all_packages_that_do_not_exist_are_named_at_once(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libgdal32"))
    archive.publish()

    with pytest.raises(BuildError) as caught:
        resolve_packages(upon_base(archive, "libgdal31", "nosuch", "libgdal32"), cache)

    first, second = str(caught.value).splitlines()
    assert first.startswith("system-packages: libgdal31 is no package of")
    assert first.endswith("did you mean libgdal32?")
    assert second.startswith("system-packages: nosuch is no package of")


@pytest.mark.parametrize("name", ["libgdal32-", "-y", "--help", "Lib", "a b", "lib*", "", "libgdal32=1.0", "../x"])
def test_what_is_no_name_never_reaches_apt(archive: Archive, cache: Cache, without_apt: Path, name: str) -> None:
    assert without_apt.is_dir()
    with pytest.raises(BuildError, match="is no name of a package"):
        resolve_packages(upon_base(archive, name), cache)


def test_a_dependency_that_cannot_be_had_is_named(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libgdal32", Depends="libproj25 (>= 99)"))
    archive.add(control_of("libproj25"))
    archive.publish()

    with pytest.raises(BuildError, match=r"libgdal32 can't be had: it has Depends: libproj25 \(>= 99\)"):
        resolve_packages(upon_base(archive, "libgdal32"), cache)


def test_a_signature_of_another_key_is_refused(archive: Archive, cache: Cache, tmp_path: Path) -> None:
    archive.add(control_of("libproj25"))
    archive.publish()
    stranger = SigningKey.make(tmp_path / "stranger")
    stranger.stop()
    request = replace(upon_base(archive, "libproj25"), settings=replace(archive.settings, keyring=stranger.keyring))

    with pytest.raises(BuildError, match="signature is missing, expired or of another key") as caught:
        resolve_packages(request, cache)
    assert len(caught.value.problems) == 1


def test_an_index_that_was_changed_after_signing_is_refused(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libproj25"))
    archive.publish()
    index = archive.root / f"dists/{SUITE}/main/binary-amd64/Packages"
    index.write_bytes(index.read_bytes().replace(b"libproj25", b"libproj66"))

    with pytest.raises(BuildError, match="something else than its index promises"):
        resolve_packages(upon_base(archive, "libproj66"), cache)


def test_an_index_that_is_out_of_date_is_refused(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libproj25"))
    archive.publish(valid_for=timedelta(days=-3))

    with pytest.raises(BuildError, match="out of date"):
        resolve_packages(upon_base(archive, "libproj25"), cache)


def test_an_archive_without_the_architecture_is_named(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libproj25"))
    archive.publish("amd64")
    request = replace(upon_base(archive, "libproj25"), architecture="arm64")

    with pytest.raises(BuildError, match="has no packages for arm64"):
        resolve_packages(request, cache)


@pytest.mark.parametrize(
    ("mirror", "words"),
    [("http://127.0.0.1:1/debian", "can't be reached"), ("file:/nowhere/at/all", "no such suite|can't be reached")],
)
def test_an_archive_that_is_not_there_is_named(archive: Archive, cache: Cache, mirror: str, words: str) -> None:
    request = replace(upon_base(archive, "libproj25"), settings=replace(archive.settings, mirror=mirror))

    with pytest.raises(BuildError, match=words) as caught:
        resolve_packages(request, cache)

    assert str(caught.value).startswith(mirror)
    assert "[tool.hookkit.apt]" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_failed_update_leaves_what_was_known(archive: Archive, cache: Cache, tmp_path: Path) -> None:
    archive.add(control_of("libproj25"))
    archive.publish()
    resolve_packages(upon_base(archive, "libproj25"), cache)
    archive.root.rename(tmp_path / "away")
    with pytest.raises(BuildError):
        resolve_packages(upon_base(archive, "libproj25"), cache)
    (tmp_path / "away").rename(archive.root)

    assert names(resolve_packages(upon_base(archive, "libproj25"), cache)) == ["libproj25"]


def test_without_apt_it_is_said_what_to_do(archive: Archive, cache: Cache, without_apt: Path) -> None:
    assert without_apt.is_dir()

    with pytest.raises(BuildError, match=r"not installed here.*base-image"):
        resolve_packages(upon_base(archive, "libproj25"), cache)


def test_a_cache_that_cannot_be_written_is_named(archive: Archive, tmp_path: Path) -> None:
    archive.publish()
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(CacheError, match="can't be written"):
        resolve_packages(upon_base(archive, "libproj25"), Cache(tmp_path / "file"))


def test_a_damaged_index_in_the_cache_is_downloaded_again(archive: Archive, cache: Cache) -> None:
    archive.add(control_of("libproj25"))
    archive.publish()
    resolve_packages(upon_base(archive, "libproj25"), cache)
    for path in cache.root.rglob("*"):
        if path.name.endswith(".bin") or "_Packages" in path.name:
            path.write_bytes(b"rubbish")

    assert names(resolve_packages(upon_base(archive, "libproj25"), cache)) == ["libproj25"]

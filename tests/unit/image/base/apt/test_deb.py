"""Reading .debs: whole ones of every compression, and whatever else a file may be."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from realparts.archive import COMPRESSIONS, UNKNOWN_COMPRESSION, Member, control_of, deb_of, tar_of

from hookkit.image.base.apt.deb import open_deb
from hookkit.image.base.apt.package import read_stanzas

CONTROL = control_of("hello", Depends="libc6 (>= 2.34), libgcc-s1", Description="says hello\n in several\n .\n lines")
MEMBERS = [Member("./usr/bin/hello", b"#!/bin/sh\n" * 500, 0o755), Member("./etc/hello", b"")]


def contents(path: Path) -> tuple[str, dict[str, bytes]]:
    with open_deb(path) as deb:
        control = deb.control()
        with deb.data() as data:
            files = {one.name: file.read() for one in data if (file := data.extractfile(one))}
    return control, files


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_package_of_every_compression_is_read(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "hello.deb"
    path.write_bytes(deb_of(CONTROL, MEMBERS, compression))

    control, files = contents(path)

    assert control == CONTROL
    assert files == {one.path: one.content for one in MEMBERS}


def test_a_package_made_by_dpkg_is_read(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "tree/DEBIAN").mkdir(parents=True)
    (tmp_path / "tree/DEBIAN/control").write_text(CONTROL)
    (tmp_path / "tree/hello").write_text("hello")
    command = ["dpkg-deb", "--root-owner-group", "--build", str(tmp_path / "tree"), str(tmp_path / "hello.deb")]
    subprocess.run(command, check=True, capture_output=True)

    control, files = contents(tmp_path / "hello.deb")

    assert control == CONTROL
    assert files == {"./hello": b"hello"}


@pytest.mark.parametrize("compression", COMPRESSIONS)
@given(data=st.data())
def test_a_package_that_ends_early_is_damaged_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, compression: str, data: st.DataObject
) -> None:
    whole = deb_of(CONTROL, MEMBERS, compression)
    path = tmp_path_factory.mktemp("deb") / "cut.deb"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 2))])

    with pytest.raises(ValueError, match=r".+"):
        contents(path)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@given(data=st.data())
def test_a_changed_byte_gives_no_error_that_nobody_expects(
    tmp_path_factory: pytest.TempPathFactory, compression: str, data: st.DataObject
) -> None:
    whole = bytearray(deb_of(CONTROL, MEMBERS, compression))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("deb") / "changed.deb"
    path.write_bytes(whole)

    with suppress(ValueError):
        contents(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"!<arch>\n", b"PK\x03\x04", b"\0" * 4096, UNKNOWN_COMPRESSION(tar_of(MEMBERS)), deb_of("", [])[:132]],
)
def test_what_is_no_package_is_named_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.deb"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=r".+"):
        contents(path)


def test_stanzas_are_read_field_by_field() -> None:
    first, second = read_stanzas(f"{CONTROL}\n\nPackage: other\nSize: 12\n")

    assert first["Depends"] == "libc6 (>= 2.34), libgcc-s1"
    assert first["Description"] == "says hello\n in several\n .\n lines"
    assert second == {"Package": "other", "Size": "12"}


@pytest.mark.slow
@given(
    st.lists(
        st.dictionaries(
            st.from_regex(r"[A-Z][a-z-]{1,8}", fullmatch=True),
            st.from_regex(r"\w[\w .:]*\w", fullmatch=True),
            min_size=1,
        )
    )
)
def test_any_stanzas_come_back_as_they_were_written(stanzas: list[dict[str, str]]) -> None:
    text = "\n".join("".join(f"{name}: {value}\n" for name, value in one.items()) for one in stanzas)

    assert list(read_stanzas(text)) == stanzas


@given(st.text())
def test_no_text_is_too_odd_for_the_reader_of_stanzas(text: str) -> None:
    assert all(isinstance(one, dict) for one in read_stanzas(text))

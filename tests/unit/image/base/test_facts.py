"""What a base tells about itself."""

import io

import pytest
from realparts.archive import Member, control_of, folder, link, tar_of

from hookkit.image.base.facts import BaseFacts, read_facts, standard_library_modules
from hookkit.image.base.listing import Listing, list_layers

RELEASE = b'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_CODENAME="bookworm"\n'
LIBRARY = b"\x7fELF...GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n"
#: As python:3.12-slim has it.
SLIM = [
    folder("usr/lib"),
    link("lib", "usr/lib"),
    link("etc/os-release", "../usr/lib/os-release"),
    Member("usr/lib/os-release", RELEASE),
    Member("usr/lib/x86_64-linux-gnu/libc.so.6", LIBRARY),
    Member("usr/lib/x86_64-linux-gnu/libz.so.1"),
    Member("etc/ld.so.conf.d/local.conf", b"# local\n/usr/local/lib\n"),
    Member("usr/local/lib/libpython3.12.so.1.0"),
    link("usr/local/bin/python3", "python3.12"),
    Member("usr/local/bin/python3.12", mode=0o755),
    Member("usr/local/lib/python3.12/os.py"),
    Member("usr/local/lib/python3.12/json/__init__.py"),
    Member("usr/local/lib/python3.12/site-packages/pip/__init__.py"),
    Member("var/lib/dpkg/status", control_of("libc6", Status="install ok installed").encode()),
]


def listed(members: list[Member]) -> Listing:
    return list_layers([io.BytesIO(tar_of(members))], "base")


def facts_of(members: list[Member], **environment: str) -> BaseFacts:
    return read_facts(listed(members), environment)


def test_a_slim_python_is_known() -> None:
    facts = facts_of(SLIM)

    assert (facts.python, facts.minor) == ("/usr/local/bin/python3.12", "3.12")
    assert facts.standard_library == "/usr/local/lib/python3.12"
    assert not facts.has_bytecode
    assert facts.glibc == (2, 36)
    assert (facts.system, facts.codename) == ("debian", "bookworm")
    assert facts.dpkg_status.startswith(b"Package: libc6\n")
    assert {"libc.so.6", "libz.so.1", "libpython3.12.so.1.0"} <= facts.libraries


def test_the_python_that_counts_is_the_first_on_the_path() -> None:
    members = [*SLIM, link("usr/bin/python3", "python3.11"), Member("usr/bin/python3.11", mode=0o755)]

    assert facts_of(members).minor == "3.12"
    assert facts_of(members, PATH="/usr/bin:/usr/local/bin").minor == "3.11"


def test_a_standard_library_with_bytecode_is_known() -> None:
    compiled = Member("usr/local/lib/python3.12/__pycache__/os.cpython-312.pyc")

    assert facts_of([*SLIM, compiled]).has_bytecode


def test_the_modules_of_the_standard_library_are_its_own() -> None:
    listing = listed(SLIM)

    assert standard_library_modules(listing, read_facts(listing, {})) == [
        "usr/local/lib/python3.12/json/__init__.py",
        "usr/local/lib/python3.12/os.py",
    ]


def test_an_older_c_library_says_its_version_behind_a_link() -> None:
    home = "lib/x86_64-linux-gnu"
    words = b"GNU C Library (Ubuntu GLIBC 2.31-0ubuntu9) stable release version 2.31.\n"

    assert facts_of([Member(f"{home}/libc-2.31.so", words), link(f"{home}/libc.so.6", "libc-2.31.so")]).glibc == (2, 31)


def test_a_base_without_anything_tells_nothing() -> None:
    listing = listed([Member("hello", mode=0o755)])
    facts = read_facts(listing, {})

    assert facts == BaseFacts("", "", "", False, None, "", "", b"", frozenset())
    assert standard_library_modules(listing, facts) == []


@pytest.mark.parametrize("target", ["/nowhere", "python3"])
def test_a_python_that_leads_nowhere_is_none(target: str) -> None:
    assert facts_of([link("usr/bin/python3", target)]).python == ""


def test_packages_of_an_image_without_dpkg_count_as_installed() -> None:
    members = [
        Member("var/lib/dpkg/status.d/zlib1g", control_of("zlib1g").encode()),
        Member("var/lib/dpkg/status.d/zlib1g.md5sums", b"0 x"),
        Member("var/lib/dpkg/status.d/libc6", control_of("libc6").encode()),
    ]

    stanzas = facts_of(members).dpkg_status.decode().strip().split("\n\n")

    assert [stanza.splitlines()[0] for stanza in stanzas] == ["Package: libc6", "Package: zlib1g"]
    assert all(stanza.endswith("\nStatus: install ok installed") for stanza in stanzas)

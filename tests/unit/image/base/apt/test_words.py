"""What apt of several releases says, and what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.image.base.apt.words import apt_error

MIRROR = "http://mirror.example.org/debian"


UNREACHABLE = ("can't be reached", "check the network")
UNSIGNED = ("signature is missing, expired or of another key", "install its keyring")
OUT_OF_DATE = ("out of date", "clock")
GONE = ("no such suite, or a package that its index names is gone", "mend apt's sources")
REFUSED = ("refuses", "auth.conf")
WRONG_BYTES = ("something else than its index", "try again")
FULL = ("no space left", "free some space")
REPLACED = ("python-is-python2 is no longer", "replaces it")
UNMET = (
    "libgdal32 can't be had: it has Depends: libproj25 (>= 9.1), but it is not going to be installed",
    "take it out",
)
DAMAGED = ("damaged in the cache", "cache prune")
UNREADABLE = ("can't be read", "mend apt's sources")

SAID = {
    f"E: Failed to fetch {MIRROR}/InRelease  Temporary failure resolving 'mirror.example.org'": UNREACHABLE,
    f"E: Failed to fetch {MIRROR}/x  Could not connect to 192.0.2.1:80, connection timed out": UNREACHABLE,
    f"W: GPG error: {MIRROR} x InRelease: The following signatures couldn't be verified: NO_PUBKEY 0E98": UNSIGNED,
    f"E: The repository '{MIRROR} x InRelease' is not signed.": UNSIGNED,
    f"W: GPG error: {MIRROR} InRelease: The following signatures were invalid: EXPKEYSIG 0E98 Debian": UNSIGNED,
    "  Sub-process /usr/bin/sqv returned an error code (1): Missing key 2256, which is needed": UNSIGNED,
    f"E: Release file for {MIRROR}/InRelease is expired (invalid since 3d 2h).": OUT_OF_DATE,
    f"E: The repository '{MIRROR} nosuch Release' does not have a Release file.": GONE,
    f"E: Failed to fetch {MIRROR}/x.deb  404  Not Found [IP: 192.0.2.1 80]": GONE,
    f"E: Failed to fetch {MIRROR}/x.deb  401  Unauthorized": REFUSED,
    f"E: Failed to fetch {MIRROR}/x.deb  Hash Sum mismatch": WRONG_BYTES,
    f"E: Failed to fetch {MIRROR}/x.deb  Error writing to file - write (28: No space left on device)": FULL,
    "E: You don't have enough free space in /home/ann/.cache.": FULL,
    "E: Package 'python-is-python2' has no installation candidate": REPLACED,
    " libgdal32 : Depends: libproj25 (>= 9.1) but it is not going to be installed\nE: Broken packages": UNMET,
    " ca-certificates : Depends: openssl (>= 9) but it is not installable": ("has Depends: openssl", "take it out"),
    "E: The package lists or status file could not be parsed or opened.": DAMAGED,
    "E: The list of sources could not be read.": UNREADABLE,
}


@pytest.mark.parametrize(("said", "meaning"), SAID.items())
def test_what_apt_says_becomes_one_line_with_a_remedy(said: str, meaning: tuple[str, str]) -> None:
    [problem] = apt_error(f"Reading package lists...\n{said}\n", "apt").problems

    assert meaning[0] in problem.what
    assert meaning[1] in problem.remedy


def test_the_archive_that_fails_is_named() -> None:
    said = f"E: Failed to fetch {MIRROR}/x.deb  404  Not Found"

    assert f"({MIRROR}/x.deb)" in str(apt_error(said, "apt"))


def test_an_address_is_named_without_its_password() -> None:
    said = "E: Failed to fetch http://ann:pa55@mirror.example.org/x  Could not connect"

    error = apt_error(said, "apt")

    assert "pa55" not in str(error)
    assert "http://***@mirror.example.org/x" in str(error)


@given(st.text())
def test_whatever_apt_says_becomes_one_line(said: str) -> None:
    assert len(str(apt_error(said, "apt")).splitlines()) == 1

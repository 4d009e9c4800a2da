"""Members become .debs, and .debs a signed archive in a folder that apt reads as a `file:` mirror; no network."""

import bz2
import gzip
import hashlib
import io
import lzma
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hookkit.image.base.apt.package import DebPackage, package_of
from hookkit.image.base.apt.request import AptSettings

SUITE = "stable"
_DATE = "%a, %d %b %Y %H:%M:%S UTC"


def _zstd(data: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.compress(data)


COMPRESSIONS: Mapping[str, Callable[[bytes], bytes]] = {
    ".xz": lzma.compress,
    ".gz": gzip.compress,
    ".zst": _zstd,
    "": bytes,
}
UNKNOWN_COMPRESSION = bz2.compress


@dataclass(frozen=True)
class Member:
    """A member of a tar: a file, or what `kind` says."""

    path: str
    content: bytes = b""
    mode: int = 0o644
    kind: bytes = tarfile.REGTYPE
    target: str = ""


def folder(path: str, mode: int = 0o755) -> Member:
    return Member(path, mode=mode, kind=tarfile.DIRTYPE)


def link(path: str, target: str) -> Member:
    return Member(path, mode=0o777, kind=tarfile.SYMTYPE, target=target)


def hard_link(path: str, target: str) -> Member:
    return Member(path, kind=tarfile.LNKTYPE, target=target)


def tar_of(members: Iterable[Member]) -> bytes:
    """Members as a tar, owned by somebody and of some time, as packages and layers are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for one in members:
            info = tarfile.TarInfo(one.path)
            info.mode, info.type, info.linkname, info.size = one.mode, one.kind, one.target, len(one.content)
            info.uid, info.gid, info.uname, info.gname, info.mtime = 1000, 8, "ann", "mail", 1_700_000_000
            tar.addfile(info, io.BytesIO(one.content))
    return buffer.getvalue()


def deb_of(control: str, members: Iterable[Member], compression: str = ".xz") -> bytes:
    """A .deb; source: deb(5)."""
    compress = COMPRESSIONS[compression]
    parts = {
        "debian-binary": b"2.0\n",
        f"control.tar{compression}": compress(tar_of([Member("./control", control.encode())])),
        f"data.tar{compression}": compress(tar_of(members)),
    }
    return b"!<arch>\n" + b"".join(_ar_part(name, content) for name, content in parts.items())


def _ar_part(name: str, content: bytes) -> bytes:
    header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
    return header + content + b"\n" * (len(content) % 2)


def control_of(name: str, version: str = "1.0", architecture: str = "amd64", **fields: str) -> str:
    """The control fields of a package; `Pre_Depends` is written Pre-Depends."""
    known = {"Package": name, "Version": version, "Architecture": architecture}
    rest = {"Maintainer": "Ann <ann@example.org>", "Description": f"{name} of a test"} | fields
    return "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in (known | rest).items())


@dataclass
class SigningKey:
    """A key of GnuPG in a folder of its own, and its public half as a keyring."""

    home: Path

    @classmethod
    def make(cls, home: Path) -> "SigningKey":
        home.mkdir(mode=0o700)
        key = cls(home)
        key._gpg("--passphrase", "", "--quick-gen-key", "test <test@example.org>", "ed25519", "sign", "never")
        key._gpg("--output", str(key.keyring), "--export")
        return key

    @property
    def keyring(self) -> Path:
        return self.home / "archive-keyring.gpg"

    def sign(self, text: Path, signed: Path) -> None:
        self._gpg("--yes", "--output", str(signed), "--clearsign", str(text))

    def stop(self) -> None:
        """End the agent that gpg left."""
        subprocess.run(["gpgconf", "--homedir", str(self.home), "--kill", "gpg-agent"], check=False)

    def _gpg(self, *arguments: str) -> None:
        command = ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--pinentry-mode", "loopback", *arguments]
        subprocess.run(command, check=True, capture_output=True)


@dataclass
class Archive:
    """An archive of one suite and one component.

    Attributes:
        root: the folder that is the mirror.
        key: that it's signed with; None for an archive without a signature.

    """

    root: Path
    key: SigningKey | None
    _stanzas: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @property
    def settings(self) -> AptSettings:
        keyring = self.key.keyring if self.key else None
        return AptSettings(f"file:{self.root}", SUITE, ("main",), keyring)

    def add(self, control: str, members: Iterable[Member] = (), compression: str = ".xz") -> DebPackage:
        """Put a package into the pool; `publish` makes it known."""
        fields = dict(line.split(": ", 1) for line in control.splitlines())
        name, version, architecture = fields["Package"], fields["Version"], fields["Architecture"]
        path = self.root / "pool" / f"{name}_{version.replace(':', '%3a')}_{architecture}.deb"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = deb_of(control, members, compression)
        path.write_bytes(content)
        known = {"Filename": f"pool/{path.name}", "Size": str(len(content)), "SHA256": _sha256(content)}
        self._stanzas[name, version, architecture] = control + "".join(f"{key}: {one}\n" for key, one in known.items())
        return package_of(fields | known)

    def remove(self, name: str) -> None:
        """Take all versions of a package out of the index and the pool."""
        self._stanzas = {key: text for key, text in self._stanzas.items() if key[0] != name}
        for path in self.root.glob(f"pool/{name}_*"):
            path.unlink()

    def publish(self, *architectures: str, valid_for: timedelta = timedelta(days=7)) -> None:
        """Write and sign the indexes; without architectures, for amd64."""
        dist = self.root / "dists" / SUITE
        indexes = {}
        for architecture in architectures or ("amd64",):
            name = f"main/binary-{architecture}/Packages"
            indexes[name] = self._index(architecture)
            (dist / name).parent.mkdir(parents=True, exist_ok=True)
            (dist / name).write_bytes(indexes[name])
        (dist / "Release").write_text(self._release(indexes, architectures or ("amd64",), valid_for))
        if self.key:
            self.key.sign(dist / "Release", dist / "InRelease")

    def _index(self, architecture: str) -> bytes:
        found = (text for key, text in sorted(self._stanzas.items()) if key[2] in {architecture, "all"})
        return "\n".join(found).encode()

    def _release(self, indexes: Mapping[str, bytes], architectures: Iterable[str], valid_for: timedelta) -> str:
        now = datetime.now(UTC)
        fields = {
            "Origin": "Test",
            "Suite": SUITE,
            "Codename": SUITE,
            "Date": now.strftime(_DATE) if valid_for > timedelta() else (now + 2 * valid_for).strftime(_DATE),
            "Valid-Until": (now + valid_for).strftime(_DATE),
            "Architectures": " ".join(architectures),
            "Components": "main",
        }
        hashes = "".join(f" {_sha256(content)} {len(content)} {name}\n" for name, content in indexes.items())
        return "".join(f"{name}: {value}\n" for name, value in fields.items()) + f"SHA256:\n{hashes}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""A stanza of an archive's index becomes a DebPackage: a package of one version, known by its hash."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from hookkit.reference import is_digest


@dataclass(frozen=True, order=True)
class DebPackage:
    """A package as an archive has it.

    Attributes:
        sha256: of its .deb, in hex.
        size: of its .deb, in bytes.
        filename: the path of its .deb below the archive's address.

    """

    name: str
    version: str
    architecture: str
    sha256: str
    size: int
    filename: str

    def __post_init__(self) -> None:
        if not is_digest(self.digest):  # files of the cache are called by it
            raise ValueError(f"{self.sha256[:80]!r} is no SHA-256 of a package")

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read what `to_json` gave; ValueError where it is something else."""
        texts = ("name", "version", "architecture", "sha256", "filename")
        if not isinstance(data, dict) or not all(isinstance(data.get(one), str) for one in texts):
            raise ValueError(f"a package has {', '.join(texts)} and size")
        if not isinstance(data.get("size"), int):
            raise ValueError("a package's size is its number of bytes")
        return cls(**{one: data[one] for one in texts}, size=data["size"])

    def to_json(self) -> dict[str, Any]:
        """As a lock file keeps it."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """`sha256:…` of its .deb."""
        return f"sha256:{self.sha256}"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def read_stanzas(text: str) -> Iterator[dict[str, str]]:
    """The stanzas of an index or a control file: field -> value, lines that go on kept as they are.

    Source: deb822(5).
    """
    stanza: dict[str, str] = {}
    name = ""
    for line in [*text.split("\n"), ""]:  # splitlines would split at characters that a description may hold
        if not line.strip():
            if stanza:
                yield stanza
            stanza, name = {}, ""
        elif line[0] in " \t":
            if name:
                stanza[name] += f"\n{line}"
        else:
            name, _, value = line.partition(":")
            stanza[name] = value.strip()


def package_of(stanza: Mapping[str, str]) -> DebPackage:
    """The package that a stanza of an index describes.

    Raises:
        KeyError: it lacks a field.
        ValueError: a field is not what it should be.

    """
    texts = (stanza["Package"], stanza["Version"], stanza["Architecture"], stanza["SHA256"])
    return DebPackage(*texts, size=int(stanza["Size"]), filename=stanza["Filename"])

"""What is asked of apt: which packages, of which archive, for which architecture, beside what is there already."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class AptSettings:
    """An archive of packages.

    Attributes:
        mirror: its address, `http:`, `https:` or `file:`; "" for all that this machine's own apt is configured with.
        suite: its release, or several of them (`noble noble-updates`), as sources of apt name them.
        components: parts of the archive.
        keyring: the keys that it has to be signed with; None for those that this machine trusts.

    """

    mirror: str = ""
    suite: str = ""
    components: tuple[str, ...] = ("main",)
    keyring: Path | None = None

    @property
    def is_of_this_machine(self) -> bool:
        """Whether nothing else than the machine's own sources is asked for."""
        return not self.mirror


@dataclass(frozen=True)
class AptRequest:
    """Packages to resolve.

    Attributes:
        architecture: Debian's word for it, which is OCI's, too: `amd64`, `arm64`.
        names: the packages that are wanted; what they depend on comes along, what they recommend doesn't.
        installed: the base's `/var/lib/dpkg/status`; empty where there is no base.

    """

    architecture: str
    names: tuple[str, ...]
    settings: AptSettings = field(default_factory=AptSettings)
    installed: bytes = b""

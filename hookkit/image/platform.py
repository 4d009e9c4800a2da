"""`linux/amd64` becomes a Platform: what an image is built for."""

import platform
from dataclasses import dataclass
from typing import Final, Self

#: The kernel's name of a machine -> Go's, which images use.
_ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Platform:
    """Operating system and architecture, in the words of the OCI image specification."""

    os: str
    architecture: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `linux/amd64` or `linux/arm64`; ValueError where it is neither."""
        found = cls(*text.split("/")) if text.count("/") == 1 else None
        if found is None or found.os != "linux" or found.architecture not in _ARCHITECTURES.values():
            msg = f"{text!r} is no platform of hooks; write linux/amd64 or linux/arm64"
            raise ValueError(msg)
        return found

    @classmethod
    def of_this_machine(cls) -> Self:
        """The platform whose programs run here without emulation."""
        machine = platform.machine()
        return cls("linux", _ARCHITECTURES.get(machine, machine))

    def __str__(self) -> str:
        return f"{self.os}/{self.architecture}"

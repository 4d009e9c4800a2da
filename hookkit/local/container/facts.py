"""What an engine says of itself becomes EngineFacts: which it is, and which of the platform's limits it can't set."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from hookkit.image.docker.engine import EngineName, engine_name

if TYPE_CHECKING:
    from docker import DockerClient


@dataclass(frozen=True)
class EngineFacts:
    """An engine.

    Attributes:
        rootless: whether it runs without root; a container's root is then the user whose engine it is.
        remapped: whether it counts the users of containers anew.
        selinux: whether containers may only read what is labelled for them.
        processors: those of its machine; an engine refuses to promise more.
        memory: whether it can limit memory; `swap`, `cpu` and `processes` likewise.
        why: why it can't limit what it can't.

    """

    name: EngineName = "docker"
    rootless: bool = False
    remapped: bool = False
    selinux: bool = False
    processors: int = os.cpu_count() or 1
    memory: bool = True
    swap: bool = True
    cpu: bool = True
    processes: bool = True
    why: str = ""

    @classmethod
    def of(cls, client: "DockerClient") -> Self:
        """Ask an engine."""
        return cls.read(client.version(), client.info())

    @classmethod
    def read(cls, version: Mapping[str, Any], info: Mapping[str, Any]) -> Self:
        """Read what an engine answers; where it says nothing of a limit, it can set it."""
        options = " ".join(info.get("SecurityOptions") or ())
        rootless = "name=rootless" in options or bool(info.get("Rootless"))
        why = _why_nothing(rootless, info)
        return cls(
            name=engine_name(version),
            rootless=rootless,
            remapped="name=userns" in options,
            selinux="name=selinux" in options,
            processors=int(info.get("NCPU") or os.cpu_count() or 1),
            memory=not why and info.get("MemoryLimit") is not False,
            swap=not why and info.get("SwapLimit") is not False,
            cpu=not why and info.get("CpuCfsQuota") is not False,
            processes=not why and info.get("PidsLimit") is not False,
            why=why or "the kernel of its machine offers it no such cgroup",
        )


def _why_nothing(rootless: bool, info: Mapping[str, Any]) -> str:  # noqa: FBT001 - a fact of the engine
    """Why it can set no limit at all, whatever it says of its kernel; "" where it can."""
    if rootless and str(info.get("CgroupVersion")) == "1":
        return "it runs without root, and cgroups v1 are root's"
    return "it has no cgroups" if info.get("CgroupDriver") == "none" else ""

"""Policy: what a confined command may touch and use, as a value."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: A hook that starts more processes and threads than this would be a fork bomb on a shared node.
MOST_PROCESSES: Final = 1024

#: What every container has of the kernel.
KERNEL_FOLDERS: Final = (Path("/proc"), Path("/sys"))
#: What every container has of the system: programs, libraries, and what these read.
SYSTEM_FOLDERS: Final = (
    *(Path(path) for path in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")),
    *KERNEL_FOLDERS,
)
#: Of /etc what the C library and programs read; the machine's own settings and secrets lie there, too.
SYSTEM_FILES: Final = tuple(
    Path("/etc", name)
    for name in (
        *("alternatives", "ca-certificates", "debian_version", "fonts", "gai.conf", "group", "host.conf", "hostname"),
        *("hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias", "localtime", "magic", "mime.types"),
        *("networks", "nsswitch.conf", "os-release", "passwd", "pki", "protocols", "resolv.conf", "services", "ssl"),
        *("timezone", "OpenCL", "ImageMagick-6"),
    )
)
SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - every container has it
DEVICES: Final = tuple(Path("/dev", name) for name in ("null", "zero", "full", "random", "urandom", "shm"))


@dataclass(frozen=True)
class Policy:
    """What a command and all that it starts may do.

    Attributes:
        readable: files, and folders with all below; what isn't there is left out, here and below.
        system: whether it may run and read this machine's programs and libraries.
        listed: folders whose names may be listed, at every depth, but not the files read.
        writable: files, and folders with all below, which may be read, too.
        network: whether it may use the machine's network.
        cpus: processors.
        memory_bytes: of all processes together.
        seconds: of wall time.
        grace_seconds: between the request to stop that ends these and the end.
        processes: and threads, at once.
        user: who it is to be, by number; None for who starts it.

    """

    readable: tuple[Path, ...] = ()
    system: bool = True
    listed: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    network: bool = False
    cpus: float = 1.0
    memory_bytes: int = 1 << 30
    seconds: float = 3600.0
    grace_seconds: float = 30.0
    processes: int = MOST_PROCESSES
    user: int | None = None

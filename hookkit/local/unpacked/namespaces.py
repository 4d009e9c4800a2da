"""A View becomes the world of a process by the kernel's namespaces alone: no program helps, and no right is needed.

Source: mount_namespaces(7), pid_namespaces(7), pivot_root(2), mount_setattr(2) of Linux.
"""

import os
import struct
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from hookkit.local.containerplan import SHARED_MEMORY_BYTES
from hookkit.local.sandbox.namespaces import NEW_USER, map_user
from hookkit.local.sandbox.syscalls import call, libc
from hookkit.local.unpacked.front import go_on_behind
from hookkit.local.unpacked.view import View

_NEW_MOUNTS, _NEW_NAMES, _NEW_IPC, _NEW_PROCESSES = 0x20000, 0x4000000, 0x8000000, 0x20000000
_NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 2, 4, 8
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_DETACHED: Final = 2
#: The same number on every machine.
_MOUNT_SETATTR: Final = 442
_AT_CWD: Final = -100
_AT_RECURSIVE: Final = 0x8000
_READ_ONLY, _ATTRIBUTE_NO_SUID, _ATTRIBUTE_NO_DEVICES = 1, 2, 4

_DEVICES: Final = ("null", "zero", "full", "random", "urandom", "tty")
#: Parts of /proc that are not the process's own: root, who need not be root here, could change the machine by them.
_MACHINES_OWN: Final = ("sys", "sysrq-trigger", "irq", "bus", "fs")
_LINKS: Final = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}


def why_not(view: View) -> str:
    """Why a view can't be entered here; "" where it can: a child tries."""
    step = enter(view)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns of forks beside threads: the child makes little but system calls.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        _try_and_tell(step, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        words = answer.read()
    os.waitpid(child, 0)
    return words.decode("utf-8", "replace")


def _try_and_tell(step: Callable[[], None], writing: int) -> None:
    """Take a step and tell what came of it; never return."""
    try:
        step()
    except BaseException as error:  # noqa: BLE001 - a child must not come back
        os.write(writing, f"namespaces are refused here: {getattr(error, 'strerror', None) or error}".encode())
    finally:
        os._exit(0)


def enter(view: View, *streams: int) -> Callable[[], None]:
    """What a process does to live in a view from then on; it has one thread, and goes on as its own child.

    All that can be found out before the fork is found out here.

    Args:
        view: to be entered.
        streams: descriptors that become its user's, as engines have it: a hook may open /dev/stdout.

    """
    targets = [(mount, view.target(mount)) for mount in view.mounts]
    places = {name: view.path(f"/{name}") for name in ("dev", "proc")}

    def step() -> None:
        for stream in streams:
            os.fchown(stream, *view.user)
        _leave_namespaces()
        go_on_behind()
        libc("mount", None, b"/", None, _RECURSIVE | _PRIVATE, None)
        _bind(view.root, view.root, read_only=True)
        _mount_devices(places["dev"])
        _mount_processes(places["proc"])
        for mount, target in targets:
            _bind(mount.source, target, read_only=mount.read_only)
        _pivot(view.root)
        os.chdir(view.folder)

    return step


def _leave_namespaces() -> None:
    """Leave the machine's mounts, processes and names; a plain user may do so in a user namespace of its own."""
    kinds = _NEW_MOUNTS | _NEW_NAMES | _NEW_IPC | _NEW_PROCESSES
    if os.geteuid() == 0:
        libc("unshare", kinds)
        return
    user, group = os.geteuid(), os.getegid()
    libc("unshare", kinds | NEW_USER)
    map_user(user, group)


def _bind(source: Path, target: Path, *, read_only: bool) -> None:
    """Show a file or folder of this machine, with all that is mounted below it."""
    libc("mount", os.fsencode(source), os.fsencode(target), None, _BIND | _RECURSIVE, None)
    _restrict(target, _ATTRIBUTE_NO_SUID | _ATTRIBUTE_NO_DEVICES | _READ_ONLY * read_only)


def _restrict(target: Path, attributes: int) -> None:
    described = struct.pack("=QQQQ", attributes, 0, 0, 0)
    libc("syscall", _MOUNT_SETATTR, _AT_CWD, os.fsencode(target), _AT_RECURSIVE, described, len(described))


def _mount(kind: str, target: Path, flags: int, options: str = "") -> None:
    libc("mount", kind.encode(), os.fsencode(target), kind.encode(), flags, options.encode() or None)


def _mount_devices(folder: Path) -> None:
    """A /dev of its own, of which only the shared memory can be written."""
    _mount("tmpfs", folder, _NO_SUID | _NO_PROGRAMS, "mode=755,size=64k")
    for name in _DEVICES:
        (folder / name).touch()
        libc("mount", f"/dev/{name}".encode(), os.fsencode(folder / name), None, _BIND, None)
    for name, target in _LINKS.items():
        (folder / name).symlink_to(target)
    for name in ("shm", "pts"):
        (folder / name).mkdir()
    with suppress(OSError):  # nobody but terminals needs it
        _mount("devpts", folder / "pts", _NO_SUID | _NO_PROGRAMS, "newinstance,ptmxmode=0666,mode=620")
    described = struct.pack("=QQQQ", _READ_ONLY, 0, 0, 0)
    libc("syscall", _MOUNT_SETATTR, _AT_CWD, os.fsencode(folder), 0, described, len(described))
    size = f"mode=1777,size={SHARED_MEMORY_BYTES}"
    _mount("tmpfs", folder / "shm", _NO_SUID | _NO_DEVICES | _NO_PROGRAMS, size)


def _mount_processes(folder: Path) -> None:
    _mount("proc", folder, _NO_SUID | _NO_DEVICES | _NO_PROGRAMS)
    for name in _MACHINES_OWN:
        if (folder / name).exists():
            _bind(folder / name, folder / name, read_only=True)


def _pivot(root: Path) -> None:
    """Make a folder the root, and let go of the old one."""
    os.chdir(root)
    call("pivot_root", b".", b".")
    libc("umount2", b".", _DETACHED)
    os.chdir("/")

"""A process leaves the machine's network and shared memory for its own, which hold nothing but a loopback."""

import errno
import fcntl
import os
import socket
import struct
from typing import Final

from hookkit.local.sandbox.syscalls import libc

NEW_MOUNTS: Final = 0x00020000
NEW_NETWORK: Final = 0x40000000
NEW_USER: Final = 0x10000000

_NO_SETUID, _NO_DEVICES, _NO_PROGRAMS, _RECURSIVE, _PRIVATE = 2, 4, 8, 1 << 14, 1 << 18
_SET_INTERFACE_FLAGS: Final = 0x8914
_UP: Final = 1


def leave(*, network: bool) -> bool:
    """Give this process, which has one thread, mounts of its own, and a network where that's wanted.

    Returns:
        Whether it took a user namespace of its own: a plain user may do so in one, and stays who it was.

    Raises:
        OSError: the kernel, or who runs this machine, does not let it.

    """
    wanted = NEW_MOUNTS | (NEW_NETWORK if network else 0)
    try:
        libc("unshare", wanted)
        owner = False
    except OSError as error:
        if error.errno != errno.EPERM:
            raise
        user, group = os.geteuid(), os.getegid()
        libc("unshare", NEW_USER | wanted)
        map_user(user, group)
        owner = True
    if network:
        _raise_loopback()
    return owner


def mount_shared_memory() -> None:
    """An own /dev/shm, as large as Kubernetes gives it; it goes with the last process that sees it.

    Raises:
        OSError: the kernel refuses.

    """
    libc("mount", None, b"/", None, _RECURSIVE | _PRIVATE, None)
    libc("mount", b"tmpfs", b"/dev/shm", b"tmpfs", _NO_SETUID | _NO_DEVICES | _NO_PROGRAMS, b"mode=1777,size=64m")


def map_user(user: int, group: int) -> None:
    """In a fresh user namespace: this user and group are what they were, and all others are nobody.

    Raises:
        OSError: the kernel refuses.

    """
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_INTERFACE_FLAGS, struct.pack("16sh14x", b"lo", _UP))

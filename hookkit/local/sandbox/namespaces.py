"""A process leaves the machine's network for one of its own, which has nothing but a loopback."""

import errno
import fcntl
import os
import socket
import struct
from typing import Final

from hookkit.local.sandbox.syscalls import libc

NEW_NETWORK: Final = 0x40000000
NEW_USER: Final = 0x10000000

_SET_INTERFACE_FLAGS: Final = 0x8914
_UP: Final = 1


def leave_network() -> None:
    """Give this process, which has one thread, an own network.

    Raises:
        OSError: the kernel, or who runs this machine, does not let it.

    """
    try:
        libc("unshare", NEW_NETWORK)
    except OSError as error:
        if error.errno != errno.EPERM:
            raise
        _leave_as_owner_of_a_user_namespace()
    _raise_loopback()


def _leave_as_owner_of_a_user_namespace() -> None:
    """A plain user may do so in a user namespace of its own, in which it stays who it was."""
    user, group = os.geteuid(), os.getegid()
    libc("unshare", NEW_USER | NEW_NETWORK)
    map_user(user, group)


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

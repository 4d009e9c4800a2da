"""System calls that Python has no function for, by their numbers on the machines that hooks run on."""

import ctypes
import os
from functools import cache
from typing import Any, Final, NamedTuple


class Machine(NamedTuple):
    """A kind of processor: how the kernel's audit names it, and the numbers of its system calls."""

    audit: int
    numbers: dict[str, int]


#: The same everywhere: they came after the kernel gave all machines one table.
_COMMON: Final = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
    "fchmodat2": 452,
    "setxattrat": 463,
    "removexattrat": 466,
    "file_setattr": 469,
}
# Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
_MACHINES: Final = {
    "x86_64": Machine(
        0xC000003E,
        _COMMON
        | {
            "ioctl": 16,
            "socket": 41,
            "connect": 42,
            "sendto": 44,
            "sendmsg": 46,
            "bind": 49,
            "socketpair": 53,
            "sendmmsg": 307,
            "chmod": 90,
            "fchmod": 91,
            "chown": 92,
            "fchown": 93,
            "lchown": 94,
            "utime": 132,
            "utimes": 235,
            "fchownat": 260,
            "futimesat": 261,
            "fchmodat": 268,
            "utimensat": 280,
            "setxattr": 188,
            "lsetxattr": 189,
            "fsetxattr": 190,
            "removexattr": 197,
            "lremovexattr": 198,
            "fremovexattr": 199,
            "sched_setaffinity": 203,
            "capset": 126,
            "pivot_root": 155,
            "seccomp": 317,
        },
    ),
    "aarch64": Machine(
        0xC00000B7,
        _COMMON
        | {
            "ioctl": 29,
            "socket": 198,
            "socketpair": 199,
            "bind": 200,
            "connect": 203,
            "sendto": 206,
            "sendmsg": 211,
            "sendmmsg": 269,
            "fchmod": 52,
            "fchmodat": 53,
            "fchownat": 54,
            "fchown": 55,
            "utimensat": 88,
            "setxattr": 5,
            "lsetxattr": 6,
            "fsetxattr": 7,
            "removexattr": 14,
            "lremovexattr": 15,
            "fremovexattr": 16,
            "sched_setaffinity": 122,
            "capset": 91,
            "pivot_root": 41,
            "seccomp": 277,
        },
    ),
}

_libc: Final = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


@cache
def machine() -> Machine | None:
    """The machine that this is; None where its numbers aren't known."""
    return _MACHINES.get(os.uname().machine)


def call(name: str, *arguments: Any) -> int:
    """Make a system call.

    Args:
        name: one of the table's.
        arguments: integers, or bytes whose address is meant; None for no address.

    Raises:
        OSError: it failed, or this machine's numbers aren't known.

    """
    here = machine()
    if here is None:
        raise OSError(38, f"the system calls of {os.uname().machine} are not known")
    plain = (ctypes.c_long(one) if isinstance(one, int) else one for one in arguments)
    return _checked(_libc.syscall(ctypes.c_long(here.numbers[name]), *plain))


def libc(name: str, *arguments: Any) -> int:
    """Call a function of the C library that gives -1 and errno where it fails, which becomes an OSError."""
    plain = (ctypes.c_ulong(one) if isinstance(one, int) else one for one in arguments)
    return _checked(getattr(_libc, name)(*plain))


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer

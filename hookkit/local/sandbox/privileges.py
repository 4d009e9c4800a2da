"""A process gives up what it may: its user, its capabilities, its processors; a thread may look on as that user."""

import errno
import math
import os
import random
import resource
import struct
from contextlib import suppress
from typing import Final

from hookkit.local.sandbox.policy import MOST_PROCESSES
from hookkit.local.sandbox.syscalls import call, libc

OVERRIDE_PERMISSIONS: Final = 1
TRACE_PROCESSES: Final = 19

_BOUNDING_DROP, _SECURE_BITS, _NO_NEW_PRIVILEGES, _AMBIENT = 24, 28, 38, 47
#: SECBIT_NO_SETUID_FIXUP of capabilities(7).
_NO_CHANGE_OF_CAPABILITIES: Final = 1 << 2
_RAISE_AMBIENT, _CLEAR_AMBIENT = 2, 4
_CAPABILITY_VERSION: Final = 0x20080522
_CAPABILITIES: Final = 64
_WORD: Final = (1 << 32) - 1


def permitted() -> int:
    """The capabilities that this thread may have, as bits."""
    with open("/proc/thread-self/status", encoding="utf-8") as status:  # noqa: PTH123 - between fork and exec: no detours
        return int(next(line for line in status if line.startswith("CapPrm:")).split()[1], 16)


def become(user: int, wanted: int) -> None:
    """Become a user that nobody is, with no group of others; capabilities stay until they are dropped.

    Raises:
        OSError: it may not, it lacks one that is wanted afterwards, or this machine does not know the number.

    """
    if permitted() & wanted != wanted:
        raise OSError(errno.EPERM, "root without its rights over files could not write the outputs as somebody else")
    # Capabilities then outlive the change of the user, and access(2) counts them, as libraries ask it about folders.
    libc("prctl", _SECURE_BITS, _NO_CHANGE_OF_CAPABILITIES, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    limit_processes(MOST_PROCESSES)


def drop_privileges(wanted: int) -> None:
    """No capability but those wanted, none to be gained again, and no program that gives some.

    Who was root wants one, or could not even write into folders of others; what Landlock withholds it does not give.

    Raises:
        OSError: the kernel refuses.

    """
    libc("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    kept = permitted() & wanted
    for number in range(_CAPABILITIES):
        if not kept & 1 << number:
            with suppress(OSError):  # the kernel knows fewer, or this process may not, and then has none
                libc("prctl", _BOUNDING_DROP, number, 0, 0, 0)
    _set_capabilities(effective=kept, permitted=kept, inheritable=kept)
    libc("prctl", _AMBIENT, _CLEAR_AMBIENT, 0, 0, 0)
    if kept:
        libc("prctl", _AMBIENT, _RAISE_AMBIENT, OVERRIDE_PERMISSIONS, 0, 0)


def look_on_as(user: int) -> None:
    """For files and other processes this thread alone is a user from now on; it keeps what it may do besides.

    The kernel shows a process to its own user, else to who may trace all: root in a container may not.

    Raises:
        OSError: the kernel refuses.

    """
    libc("setfsgid", user)
    libc("setfsuid", user)
    mine = permitted()  # some had gone with the user
    _set_capabilities(effective=mine, permitted=mine, inheritable=0)


def _set_capabilities(*, effective: int, permitted: int, inheritable: int) -> None:
    """Source: capset(2): the lower words of all three, then the higher ones."""
    words = [part for shift in (0, 32) for part in (effective >> shift, permitted >> shift, inheritable >> shift)]
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    call("capset", header, struct.pack("=6I", *(word & _WORD for word in words)))


# ---------------------------------------------------------------- limits


def limit_core_dumps() -> None:
    """None, since they would be written beside the products."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def limit_processes(most: int) -> None:
    """For a user, or a user namespace, that has no processes but these: the kernel counts by user."""
    with suppress(OSError, ValueError):  # a lower limit holds already
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def choose_processors(cpus: float) -> list[int]:
    """As many of this process's processors as were declared, rounded up; not those that the next run gets, too."""
    mine = sorted(os.sched_getaffinity(0))
    return random.sample(mine, min(len(mine), max(1, math.ceil(cpus))))

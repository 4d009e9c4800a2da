"""A Policy becomes a Landlock ruleset: the kernel then refuses all other files.

Source: Documentation/userspace-api/landlock.rst of Linux. What it does not know (modes, owners and times of files,
Unix sockets) is asked of `guard`.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from hookkit.local.sandbox.policy import (
    DEVICES,
    KERNEL_FOLDERS,
    SHARED_MEMORY,
    SYSTEM_FILES,
    SYSTEM_FOLDERS,
    Policy,
)
from hookkit.local.sandbox.syscalls import call

#: Renames between folders came with version 2, truncating with 3: before, a rule about writing had a hole.
LEAST_ABI: Final = 3
_SIGNALS_ABI: Final = 6

_VERSION_FLAG: Final = 1
_PATH_BENEATH: Final = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_TRUNCATE: Final = 1 << 14
_ALL: Final = (1 << 15) - 1
_READ: Final = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
#: No abstract Unix socket and no signal leaves the tree.
_SCOPES: Final = 0b11


def abi() -> int:
    """The version of Landlock that the kernel has; 0 for none."""
    try:
        return call("landlock_create_ruleset", None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def scopes_sockets() -> bool:
    """Whether Landlock keeps abstract Unix sockets of other processes away."""
    return abi() >= _SIGNALS_ABI


def create_ruleset(policy: Policy) -> int:
    """The descriptor of a ruleset, to be given to `restrict_self`.

    Raises:
        OSError: the kernel refuses.

    """
    version = abi()
    attributes = struct.pack("QQQ", _ALL, 0, _SCOPES)[: 24 if version >= _SIGNALS_ABI else 8]
    ruleset = call("landlock_create_ruleset", attributes, len(attributes), 0)
    try:
        for path, rights in _grants(policy):
            _allow(ruleset, path, rights)
    except BaseException:
        os.close(ruleset)
        raise
    return ruleset


def allow_shared_memory(ruleset: int) -> None:
    """Allow the /dev/shm that this process sees now: another one was mounted since the ruleset was made.

    Raises:
        OSError: the kernel refuses.

    """
    _allow(ruleset, SHARED_MEMORY, _ALL)


def restrict_self(ruleset: int) -> None:
    """From now on this process, and all that it starts, keep to a ruleset; new privileges have to be given up before.

    Raises:
        OSError: the kernel refuses.

    """
    call("landlock_restrict_self", ruleset, 0)


def _grants(policy: Policy) -> Iterator[tuple[Path, int]]:
    system = SYSTEM_FOLDERS if policy.system else KERNEL_FOLDERS
    yield from _each((*system, *SYSTEM_FILES, *policy.readable), _READ)
    yield from _each(policy.listed, _READ_DIR)
    yield from _each((*DEVICES, *policy.writable), _ALL)


def _each(paths: Iterable[Path], rights: int) -> Iterator[tuple[Path, int]]:
    return ((path, rights) for path in paths)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    """Add a rule; what isn't there needs none."""
    with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            fitting = rights if path.is_dir() else rights & _OF_FILES
            call("landlock_add_rule", ruleset, _PATH_BENEATH, struct.pack("=Qi", fitting, place), 0)
        finally:
            os.close(place)

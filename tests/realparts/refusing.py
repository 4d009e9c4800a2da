"""System calls become refused ones: a command runs as on a kernel, or in a pod, that lacks a part of the sandbox.

`[*refusing("landlock"), "hookkit", "run"]` runs a command under a filter of its own, below whatever the command itself
sets up. As a program: `python refusing.py landlock,namespaces command …`.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass
from typing import Final

_X86: Final = platform.machine() == "x86_64"
_ARCHITECTURE: Final = 0xC000003E if _X86 else 0xC00000B7
_LANDLOCK_CREATE_RULESET: Final = 444
_CLONE3: Final = 435
_SECCOMP, _UNSHARE, _CLONE, _MOUNT, _PRCTL = (317, 272, 56, 165, 157) if _X86 else (277, 97, 220, 40, 167)

#: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.
_NAMESPACES: Final = 0x7E020000
_NEW_LISTENER: Final = 1 << 3
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SET_MODE_FILTER: Final = 1

# Instructions of classic BPF, and what a filter may answer.
_LOAD, _IF_EQUAL, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
#: Where `struct seccomp_data` holds the call's number, the architecture, and the low half of its first argument.
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16


@dataclass(frozen=True)
class Refused:
    """A call that fails.

    Attributes:
        number: of the system call.
        error: what it fails with.
        argument: the place of the argument that is looked at; None: every such call fails.
        bits: the call fails if the argument has any of them.

    """

    number: int
    error: int
    argument: int | None = None
    bits: int = 0

    def instructions(self) -> list[tuple[int, int, int, int]]:
        """Instructions that fail this call, and go on with the next ones otherwise."""
        fail = (_RETURN, 0, 0, _FAIL | self.error)
        number = (_LOAD, 0, 0, _NUMBER_AT)
        if self.argument is None:
            return [number, (_IF_EQUAL, 0, 1, self.number), fail]
        argument = (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * self.argument)
        return [number, (_IF_EQUAL, 0, 3, self.number), argument, (_IF_ANY_BIT, 0, 1, self.bits), fail]


#: What a machine may lack, by name, as its kernel says it.
LACKS: Final = {
    "landlock": (Refused(_LANDLOCK_CREATE_RULESET, errno.ENOSYS),),
    "namespaces": (
        Refused(_UNSHARE, errno.EPERM, 0, _NAMESPACES),
        Refused(_CLONE, errno.EPERM, 0, _NAMESPACES),
        Refused(_CLONE3, errno.ENOSYS),  # its flags lie in memory, which no filter sees: as Docker's own filter does
    ),
    "mounts": (Refused(_MOUNT, errno.EACCES),),
    "notifications": (Refused(_SECCOMP, errno.EBUSY, 1, _NEW_LISTENER),),
    "seccomp": (Refused(_SECCOMP, errno.ENOSYS), Refused(_PRCTL, errno.EINVAL, 0, 0)),
}


def refusing(*lacks: str) -> list[str]:
    """The words before a command that make it run without these parts of the kernel; none for none."""
    assert set(lacks) <= set(LACKS), lacks
    return [sys.executable, "-I", __file__, ",".join(lacks)] if lacks else []


def refuse(*lacks: str) -> None:
    """Refuse them to this process and to all that it starts, for good."""
    program = _program([one for name in lacks for one in LACKS[name]])
    buffer = ctypes.create_string_buffer(program)
    # struct sock_fprog: the number of instructions, then a pointer to them.
    described = ctypes.create_string_buffer(struct.pack("HL", len(program) // 8, ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid():  # who may do it without keeps setuid programs working
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.syscall(_SECCOMP, _SET_MODE_FILTER, 0, described):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _program(calls: list[Refused]) -> bytes:
    other = [(_LOAD, 0, 0, _ARCHITECTURE_AT), (_IF_EQUAL, 1, 0, _ARCHITECTURE), (_RETURN, 0, 0, _ALLOW)]
    each = [instruction for call in calls for instruction in call.instructions()]
    return b"".join(struct.pack("HBBI", *one) for one in [*other, *each, (_RETURN, 0, 0, _ALLOW)])


def _main(lacks: str, *command: str) -> None:
    refuse(*lacks.split(","))
    os.execvp(command[0], command)  # noqa: S606 - the command itself, without a shell


if __name__ == "__main__":
    _main(*sys.argv[1:])

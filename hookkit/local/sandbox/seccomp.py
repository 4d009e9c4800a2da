"""What system calls may do becomes a program for the kernel's filter (seccomp, classic BPF).

Source: Documentation/userspace-api/seccomp_filter.rst of Linux, seccomp(2), bpf(4).
"""

import ctypes
import errno
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

from hookkit.local.sandbox.syscalls import Machine, call

#: What there is of a network: the machine's, one of its own with nothing but a loopback, or the machine's refused.
Network = Literal["open", "own", "refused"]

_SET_MODE_FILTER: Final = 1
#: With a flag that means nothing here: kernels that know it also know how to let a call go on that was asked about.
_NEW_LISTENER: Final = 1 << 3 | 1 << 4
_LOAD_WORD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
#: System calls of x86's x32 have this bit, and would pass by their other numbers.
_X32: Final = 0x40000000

_STREAM, _DATAGRAM = 1, 2
_TYPE_BITS: Final = 0xF
_FAST_OPEN: Final = 0x20000000
_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)
_FAMILIES: Final = (socket.AF_UNIX, *_INTERNET, socket.AF_NETLINK)
#: TCP, also as the system chooses it, and MPTCP.
_TCP: Final = (0, 6, 262)

#: Calls that change what a file is but not what it holds: Landlock does not know them.
ATTRIBUTE_CALLS: Final = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat", "file_setattr"),
)
#: The same by a descriptor that may be open for reading alone: FS_IOC_SETFLAGS, FS_IOC_SETVERSION, each also as of 32
#: bits, and FS_IOC_FSSETXATTR.
ATTRIBUTE_REQUESTS: Final = (0x40086602, 0x40046602, 0x40087602, 0x40047602, 0x401C5820)
IO_URING_CALLS: Final = ("io_uring_setup", "io_uring_enter", "io_uring_register")


class Action(IntEnum):
    """What the kernel does about a call; `REFUSE` is to be joined with an errno."""

    ALLOW = 0x7FFF0000
    NOTIFY = 0x7FC00000
    REFUSE = 0x00050000


@dataclass(frozen=True)
class Condition:
    """An argument of a call is one of some values, or none of them; only its lower 32 bits count."""

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    among: bool = True


@dataclass(frozen=True)
class Restriction:
    """A call, on some conditions that all have to hold, gets an action of its own."""

    call: str
    action: int
    conditions: tuple[Condition, ...] = ()


def refused(number: int) -> int:
    """The action that makes a call fail."""
    return Action.REFUSE | number


def restrictions(network: Network, *, notify: bool) -> tuple[Restriction, ...]:
    """What a hook's calls may do.

    Args:
        network: what there is of it.
        notify: whether somebody decides about what the filter itself can't: it sees numbers, not paths or addresses.

    """
    return (
        *(Restriction(name, refused(errno.EPERM)) for name in IO_URING_CALLS),
        # Nothing comes of it, and nobody minds: numeric libraries bind their threads to processors as they like.
        Restriction("sched_setaffinity", refused(0)),
        Restriction("socket", refused(errno.EAFNOSUPPORT), (Condition(0, _FAMILIES, among=False),)),
        # Without a connection there is no call that can be asked about: syslog's socket, mostly. One of a pair could
        # send to others, too.
        *(
            Restriction(name, refused(errno.EACCES), (Condition(0, (socket.AF_UNIX,)), _of_type(_DATAGRAM)))
            for name in ("socket", "socketpair")
        ),
        *(_refused_network(notify=notify) if network == "refused" else ()),
        *(_ADDRESSED if network != "open" and notify else ()),
        *(_ASKED if notify else ()),
    )


_ASKED: Final = (
    *(Restriction(name, Action.NOTIFY) for name in ("connect", *ATTRIBUTE_CALLS)),
    Restriction("ioctl", Action.NOTIFY, (Condition(1, ATTRIBUTE_REQUESTS),)),
)
#: Datagrams that name where they go need no connection.
_ADDRESSED: Final = (Restriction("sendto", Action.NOTIFY, (Condition(4, (0,), among=False),)),)


def _of_type(kind: int, *, among: bool = True) -> Condition:
    return Condition(1, (kind,), _TYPE_BITS, among)


def _refused_network(*, notify: bool) -> Iterator[Restriction]:
    """Of the machine's network nothing but connections to the hook's own servers, where somebody looks at each."""
    internet = Condition(0, _INTERNET)
    if not notify:
        yield Restriction("socket", refused(errno.ENETUNREACH), (internet,))
        return
    yield Restriction("socket", Action.NOTIFY, (internet, _of_type(_STREAM, among=False)))
    yield Restriction("socket", refused(errno.EPROTONOSUPPORT), (internet, Condition(2, _TCP, among=False)))
    yield Restriction("bind", Action.NOTIFY)
    for name, flags in (("sendto", 3), ("sendmsg", 2), ("sendmmsg", 3)):  # it would connect without `connect`
        fast_open = Condition(flags, (_FAST_OPEN,), _FAST_OPEN)
        yield Restriction(name, refused(errno.EOPNOTSUPP), (fast_open,))


# ---------------------------------------------------------------- the program


def assemble(here: Machine, wanted: tuple[Restriction, ...]) -> bytes:
    """The program in BPF: the first restriction that fits a call decides, and what none fits is allowed."""
    foreign = _jump(_JUMP_IF_EQUAL, here.audit, 1, 0) + _return(refused(errno.ENOSYS))
    x32 = _jump(_JUMP_IF_AT_LEAST, _X32, 0, 1) + _return(refused(errno.ENOSYS))
    known = (one for one in wanted if one.call in here.numbers)
    parts = [_load(_ARCHITECTURE), foreign, _load(_NUMBER), x32, *(_block(here, one) for one in known)]
    return b"".join(parts) + _return(Action.ALLOW)


def _block(here: Machine, restriction: Restriction) -> bytes:
    """Tests that jump behind the block where they fail, and the action."""
    block = _return(restriction.action)
    for condition in reversed(restriction.conditions):
        block = _test(condition, len(block) // 8) + block
    return _load(_NUMBER) + _jump(_JUMP_IF_EQUAL, here.numbers[restriction.call], 0, len(block) // 8) + block


def _test(condition: Condition, rest: int) -> bytes:
    """Load an argument, and jump over `rest` instructions unless the condition holds."""
    head = _load(_ARGUMENTS + 8 * condition.argument) + _instruction(_AND, condition.mask)
    count = len(condition.values)
    if condition.among:
        jumps = (_jump(_JUMP_IF_EQUAL, one, count - n, 0) for n, one in enumerate(condition.values))
        return head + b"".join(jumps) + _jump(_JUMP_IF_AT_LEAST, 0, rest, rest)
    jumps = (_jump(_JUMP_IF_EQUAL, one, rest + count - 1 - n, 0) for n, one in enumerate(condition.values))
    return head + b"".join(jumps)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _load(offset: int) -> bytes:
    return _instruction(_LOAD_WORD, offset)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return _instruction(code, value, if_true, if_false)


def _return(action: int) -> bytes:
    return _instruction(_RETURN, action)


# ---------------------------------------------------------------- the kernel


class Filter:
    """A program as the kernel takes it; made before the fork, so that the child has nothing to make."""

    def __init__(self, program: bytes) -> None:
        self._program = ctypes.create_string_buffer(program, len(program))
        self._header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(self._program))

    def install(self, *, listen: bool) -> int:
        """Put this process and all that it starts under the filter; new privileges have to be given up before.

        Args:
            listen: whether to get a descriptor that tells of calls with `Action.NOTIFY`.

        Raises:
            OSError: the kernel refuses.

        """
        return call("seccomp", _SET_MODE_FILTER, _NEW_LISTENER if listen else 0, self._header)

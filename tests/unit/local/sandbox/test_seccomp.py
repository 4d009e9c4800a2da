"""Restrictions become a program for the kernel's filter: here it's run by a machine of our own, call by call."""

import errno
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.local.sandbox.seccomp import (
    ATTRIBUTE_CALLS,
    IO_URING_CALLS,
    Action,
    Condition,
    Network,
    Restriction,
    assemble,
    refused,
    restrictions,
)
from hookkit.local.sandbox.syscalls import Machine, machine

HERE = machine() or pytest.skip("not a machine that hooks run on", allow_module_level=True)


def decide(program: bytes, number: int, *arguments: int, audit: int = HERE.audit) -> int:
    """What the kernel would do about a call: the five instructions of BPF that our programs are made of."""
    data = struct.pack("=iIQ6Q", number, audit, 0, *(*arguments, *[0] * 6)[:6])
    steps = list(struct.iter_unpack("=HBBI", program))
    at = register = 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x20:
            (register,) = struct.unpack_from("=I", data, value)
        elif code == 0x54:
            register &= value
        elif code == 0x15:
            at += if_true if register == value else if_false
        elif code == 0x35:
            at += if_true if register >= value else if_false
        else:
            assert code == 0x06
            return int(value)


def program_for(network: Network, *, notify: bool = True) -> bytes:
    return assemble(HERE, restrictions(network, notify=notify))


def asked(network: Network, call: str, *arguments: int, notify: bool = True) -> int:
    return decide(program_for(network, notify=notify), HERE.numbers[call], *arguments)


NETWORKS: tuple[Network, ...] = ("open", "own", "refused")
STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("call", IO_URING_CALLS)
def test_io_uring_is_refused_always(network: Network, call: str) -> None:
    assert asked(network, call) == refused(errno.EPERM)


@pytest.mark.parametrize("network", NETWORKS)
def test_calls_of_another_architecture_and_of_x32_are_unknown(network: Network) -> None:
    program = program_for(network)

    assert decide(program, 0, audit=0x40000003) == refused(errno.ENOSYS)
    assert decide(program, 0x40000000 + HERE.numbers["connect"]) == refused(errno.ENOSYS)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("call", ["connect", *(call for call in ATTRIBUTE_CALLS if call in HERE.numbers)])
def test_what_numbers_do_not_tell_is_asked_about_where_somebody_answers(network: Network, call: str) -> None:
    assert asked(network, call) == Action.NOTIFY
    assert asked(network, call, notify=False) == Action.ALLOW


@pytest.mark.parametrize("network", NETWORKS)
def test_unix_sockets_have_to_connect(network: Network) -> None:
    assert asked(network, "socket", socket.AF_UNIX, STREAM | socket.SOCK_CLOEXEC) == Action.ALLOW
    assert asked(network, "socket", socket.AF_UNIX, DATAGRAM | socket.SOCK_NONBLOCK) == refused(errno.EACCES)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("family", [socket.AF_PACKET, 40, 38])  # 40: AF_VSOCK, 38: AF_ALG
def test_there_are_no_other_families(network: Network, family: int) -> None:
    assert asked(network, "socket", family, STREAM) == refused(errno.EAFNOSUPPORT)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_in_a_network_of_its_own_a_hook_has_all_sockets(family: int) -> None:
    assert {asked("own", "socket", family, kind) for kind in (STREAM, DATAGRAM)} == {Action.ALLOW}


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_where_the_network_is_the_machines_only_connections_are_asked_about(family: int) -> None:
    assert asked("refused", "socket", family, STREAM) == Action.ALLOW
    assert asked("refused", "socket", family, STREAM, 132) == refused(errno.EPROTONOSUPPORT)  # SCTP
    assert asked("refused", "socket", family, DATAGRAM) == Action.NOTIFY
    assert asked("refused", "sendto", 3, 0, 0, 0x20000000) == refused(errno.EOPNOTSUPP)
    assert asked("refused", "sendto", 3, 0, 0, 0) == Action.ALLOW


@pytest.mark.parametrize("kind", [STREAM, DATAGRAM, socket.SOCK_RAW])
def test_where_nobody_answers_there_is_no_socket_of_the_internet(kind: int) -> None:
    assert asked("refused", "socket", socket.AF_INET, kind, notify=False) == refused(errno.ENETUNREACH)


@pytest.mark.parametrize("network", ["own", "refused"])
def test_datagrams_that_name_where_they_go_are_asked_about(network: Network) -> None:
    assert asked(network, "sendto", 3, 0, 0, 0, 0x7F00) == Action.NOTIFY
    assert asked("open", "sendto", 3, 0, 0, 0, 0x7F00) == Action.ALLOW


def test_binding_to_processors_is_done_without_effect() -> None:
    assert asked("own", "sched_setaffinity") == refused(0)


CALLS = {"a": 1, "b": 2}
VALUES = st.integers(0, 7)
CONDITIONS = st.builds(
    Condition,
    st.integers(0, 5),
    st.lists(VALUES, min_size=1, max_size=3).map(tuple),
    st.sampled_from([0xFFFFFFFF, 0b11]),
    st.booleans(),
)
RESTRICTIONS = st.builds(
    Restriction, st.sampled_from([*CALLS]), st.integers(1, 99), st.lists(CONDITIONS, max_size=3).map(tuple)
)


def holds(condition: Condition, arguments: list[int]) -> bool:
    return ((arguments[condition.argument] & condition.mask) in condition.values) is condition.among


@given(
    st.lists(RESTRICTIONS, max_size=4).map(tuple), st.sampled_from([0, 1, 2]), st.lists(VALUES, min_size=6, max_size=6)
)
def test_the_first_restriction_that_fits_decides(
    wanted: tuple[Restriction, ...], number: int, arguments: list[int]
) -> None:
    program = assemble(Machine(HERE.audit, CALLS), wanted)
    fitting = (
        one.action
        for one in wanted
        if CALLS[one.call] == number and all(holds(condition, arguments) for condition in one.conditions)
    )

    assert decide(program, number, *arguments) == next(fitting, Action.ALLOW)

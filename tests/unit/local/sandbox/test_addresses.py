"""Bytes of a socket's address become an Address, whatever a process hands over."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.local.sandbox.addresses import Address, read_address


def ipv4(host: str, port: int) -> bytes:
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(host) + bytes(8)


def ipv6(host: str, port: int) -> bytes:
    head = struct.pack("=H", socket.AF_INET6) + struct.pack("!HI", port, 0)
    return head + socket.inet_pton(socket.AF_INET6, host) + bytes(4)


def unix(name: bytes) -> bytes:
    return struct.pack("=H", socket.AF_UNIX) + name


ADDRESSES = {
    "of IPv4": (ipv4("192.0.2.1", 443), Address("internet", "192.0.2.1", 443), "192.0.2.1:443"),
    "of IPv6": (ipv6("2001:db8::1", 80), Address("internet", "2001:db8::1", 80), "[2001:db8::1]:80"),
    "of a name server": (ipv4("192.0.2.1", 53), Address("internet", "192.0.2.1", 53), "the name server 192.0.2.1:53"),
    "of a path": (unix(b"/run/x.sock\0rest"), Address("path", "/run/x.sock"), "the socket /run/x.sock"),
    "of an abstract name": (unix(b"\0name"), Address("abstract", "@name"), "the socket @name"),
}


@pytest.mark.parametrize(("raw", "address", "words"), ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_is_read(raw: bytes, address: Address, words: str) -> None:
    assert read_address(raw) == address
    assert str(read_address(raw)) == words


OTHERS = {"none": b"", "half a family": b"\1", "IPv4 cut off": ipv4("192.0.2.1", 1)[:6], "no name": unix(b"")}


@pytest.mark.parametrize("raw", OTHERS.values(), ids=OTHERS)
def test_what_is_no_address_is_another(raw: bytes) -> None:
    assert read_address(raw).kind == "other"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "0.0.0.0"])  # noqa: S104 - read, not bound
def test_the_loopback_is_this_machine(host: str) -> None:
    assert read_address(ipv4(host, 80)).is_loopback


@pytest.mark.parametrize("host", ["::1", "::", "::ffff:127.0.0.1"])
def test_so_it_is_in_ipv6(host: str) -> None:
    assert read_address(ipv6(host, 80)).is_loopback


@pytest.mark.parametrize("raw", [ipv4("192.0.2.1", 80), ipv6("::ffff:192.0.2.1", 80), unix(b"/x")])
def test_all_others_are_not(raw: bytes) -> None:
    assert not read_address(raw).is_loopback


@given(st.binary(max_size=128))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    assert read_address(raw).kind in {"path", "abstract", "internet", "other"}

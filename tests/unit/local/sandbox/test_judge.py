"""A call is decided about by what this very process has in its memory and its descriptors."""

import ctypes
import errno
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookkit.local.sandbox.asked import PLACES, Asked
from hookkit.local.sandbox.judge import Judge, Verdict
from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.seccomp import ATTRIBUTE_CALLS, Network

ME = os.getpid()
AT_CWD = 2**32 - 100
NO_FOLLOW = 0x100


def judge_in(folder: Path, network: Network = "own", **facts: bool) -> Judge:
    return Judge(ME, Policy(writable=(folder,)), network, **facts)


def pointer(buffer: "ctypes.Array[ctypes.c_char]") -> int:
    return ctypes.addressof(buffer)


def decide(judge: Judge, call: str, *arguments: int) -> Verdict:
    return judge.judge(Asked(1, ME, call, (*arguments, *[0] * 6)[:6]))


def decide_of_path(judge: Judge, call: str, path: Path | str) -> Verdict:
    text = ctypes.create_string_buffer(os.fsencode(path))
    place = PLACES[call]
    arguments = [0] * 6
    if place.folder is not None:
        arguments[place.folder] = AT_CWD
    if place.path is not None:
        arguments[place.path] = pointer(text)
    return decide(judge, call, *arguments)


def decide_of_address(judge: Judge, call: str, raw: bytes, descriptor: int = 99) -> Verdict:
    buffer = ctypes.create_string_buffer(raw)
    if call == "sendto":
        return decide(judge, call, descriptor, 0, 0, 0, pointer(buffer), len(raw))
    return decide(judge, call, descriptor, pointer(buffer), len(raw))


def internet(host: str, port: int) -> bytes:
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(host) + bytes(8)


def unix(path: Path | str) -> bytes:
    return struct.pack("=H", socket.AF_UNIX) + os.fsencode(path) + b"\0"


THROUGH = (None, 0)

# ---------------------------------------------------------------- files

BY_PATH = [call for call, place in PLACES.items() if place.path is not None]
BY_DESCRIPTOR = [call for call, place in PLACES.items() if place.path is None]


def test_all_calls_that_change_attributes_have_a_place() -> None:
    assert set(PLACES) == {*ATTRIBUTE_CALLS, "ioctl"}


@pytest.mark.parametrize("call", BY_PATH)
def test_a_file_in_the_output_may_be_changed_and_one_beside_may_not(tmp_path: Path, call: str) -> None:
    inside, outside = tmp_path / "out" / "file", tmp_path / "outside"
    inside.parent.mkdir()
    inside.touch()
    outside.touch()
    judge = judge_in(inside.parent)

    assert decide_of_path(judge, call, inside) == THROUGH
    refusal, number = decide_of_path(judge, call, outside)
    assert refusal
    assert (refusal.rule, refusal.what, number) == ("writes", str(outside), errno.EROFS)


@pytest.mark.parametrize("call", BY_DESCRIPTOR)
def test_descriptors_stand_for_their_files(tmp_path: Path, call: str) -> None:
    inside, outside = tmp_path / "out" / "file", tmp_path / "outside"
    inside.parent.mkdir()
    judge = judge_in(inside.parent)

    with inside.open("w") as mine, outside.open("w") as other:
        assert decide(judge, call, mine.fileno()) == THROUGH
        assert decide(judge, call, other.fileno())[1] == errno.EROFS


def test_links_and_dots_lead_where_they_lead(tmp_path: Path) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    out.mkdir()
    outside.touch()
    (out / "link").symlink_to(outside)
    judge = judge_in(out)

    assert decide_of_path(judge, "chmod", out / "link")[1] == errno.EROFS
    assert decide_of_path(judge, "chmod", f"{out}/../outside")[1] == errno.EROFS
    assert decide_of_path(judge, "lchown", out / "link") == THROUGH
    text = ctypes.create_string_buffer(os.fsencode(out / "link"))
    assert decide(judge, "fchownat", AT_CWD, pointer(text), 0, 0, NO_FOLLOW) == THROUGH


def test_names_are_relative_to_a_descriptor_or_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    text = ctypes.create_string_buffer(b"file")
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        refused = decide(judge_in(tmp_path / "out"), "fchmodat", folder, pointer(text))
    finally:
        os.close(folder)

    assert refused[0] is not None
    assert refused[0].what == str(tmp_path / "file")
    assert decide(judge_in(tmp_path / "out"), "fchmodat", AT_CWD, pointer(text)) == refused


def test_what_is_writable_is_so_by_where_it_led_at_first(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    (tmp_path / "secret").mkdir()
    judge = judge_in(tmp_path / "out")
    (tmp_path / "out").unlink()
    (tmp_path / "out").symlink_to(tmp_path / "secret")

    assert decide_of_path(judge, "chmod", tmp_path / "real") == THROUGH
    assert decide_of_path(judge, "chmod", tmp_path / "out")[1] == errno.EROFS


def test_a_name_may_end_where_memory_ends_and_one_without_an_end_is_none() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    page = libc.mmap(None, ctypes.c_size_t(8192), 3, 0x22, -1, 0)
    libc.munmap(ctypes.c_void_p(page + 4096), ctypes.c_size_t(4096))
    try:
        ctypes.memmove(page + 4096 - 9, b"/usr/bin\0", 9)
        refused = decide(judge_in(Path("/nowhere")), "chmod", page + 4096 - 9)
        assert refused[0] is not None
        assert refused[0].what == "/usr/bin"
        ctypes.memmove(page + 4096 - 4, b"/usr", 4)
        with pytest.raises(OSError, match="Errno 5"):
            decide(judge_in(Path("/nowhere")), "chmod", page + 4096 - 4)
    finally:
        libc.munmap(ctypes.c_void_p(page), ctypes.c_size_t(4096))


def test_the_memory_of_who_has_gone_is_an_error_and_no_endless_search() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)

    with pytest.raises(OSError, match="Errno"):
        judge_in(Path("/nowhere")).judge(Asked(1, child, "chmod", (4096, 0, 0, 0, 0, 0)))


def test_fontconfig_is_refused_without_a_word() -> None:
    if not Path("/var/cache/fontconfig").exists():
        return
    assert decide_of_path(judge_in(Path("/nowhere")), "utimensat", "/var/cache/fontconfig") == (None, errno.EROFS)


# ---------------------------------------------------------------- sockets


@contextmanager
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_in_a_network_of_its_own_the_loopback_is_free_and_all_else_refused(tmp_path: Path) -> None:
    judge = judge_in(tmp_path)

    assert decide_of_address(judge, "connect", internet("127.0.0.1", 1)) == THROUGH
    assert decide_of_address(judge, "sendto", internet("127.0.0.1", 1)) == THROUGH
    for call in ("connect", "sendto"):
        refusal, number = decide_of_address(judge, call, internet("192.0.2.1", 80))
        assert refusal
        assert (refusal.rule, refusal.what, number) == ("network", "192.0.2.1:80", errno.ENETUNREACH)


def test_in_the_machines_network_only_own_servers_are_reached(tmp_path: Path) -> None:
    judge = judge_in(tmp_path, "refused")
    with listening() as port:
        assert decide_of_address(judge, "connect", internet("127.0.0.1", port)) == THROUGH
    assert decide_of_address(judge, "connect", internet("127.0.0.1", port))[1] == errno.ENETUNREACH
    assert decide_of_address(judge, "bind", internet("127.0.0.1", 0)) == THROUGH
    assert decide_of_address(judge, "bind", internet("192.0.2.1", 0))[1] == errno.EACCES


def test_connecting_a_datagram_socket_sends_nothing_but_asking_for_a_name_does(tmp_path: Path) -> None:
    judge = judge_in(tmp_path)
    idle = {}
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        for port in (80, 53):
            with socket.socket(socket.AF_INET, kind) as one:
                refusal, _ = decide_of_address(judge, "connect", internet("192.0.2.1", port), one.fileno())
            assert refusal
            idle[kind, port] = refusal.idle

    assert [key for key, value in idle.items() if value] == [(socket.SOCK_DGRAM, 80)]


def test_local_sockets_of_the_machine_are_refused_and_own_ones_are_not(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    judge = judge_in(out, "open")
    with socket.socket(socket.AF_UNIX) as mine, socket.socket(socket.AF_UNIX) as other:
        mine.bind(f"{out}/s")
        other.bind(f"{tmp_path}/s")
        (out / "link").symlink_to(tmp_path / "s")

        assert decide_of_address(judge, "connect", unix(out / "s")) == THROUGH
        for path in (tmp_path / "s", out / "link"):
            refusal, number = decide_of_address(judge, "connect", unix(path))
            assert refusal
            assert (refusal.rule, refusal.what, number) == ("sockets", f"the socket {tmp_path}/s", errno.EACCES)
        assert decide_of_address(judge_in(out, files=False), "connect", unix(tmp_path / "s")) == THROUGH


def test_abstract_sockets_of_others_are_refused_unless_something_else_does(tmp_path: Path) -> None:
    raw = struct.pack("=H", socket.AF_UNIX) + b"\0name"

    assert decide_of_address(judge_in(tmp_path, "open"), "connect", raw)[1] == errno.EACCES
    assert decide_of_address(judge_in(tmp_path, "open", scoped=True), "connect", raw) == THROUGH
    assert decide_of_address(judge_in(tmp_path, "own"), "connect", raw) == THROUGH


ARGUMENTS = st.lists(st.integers(0, 2**64 - 1), min_size=6, max_size=6).map(tuple)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*PLACES, "connect", "sendto", "bind", "socket"]), ARGUMENTS)
def test_no_arguments_break_the_judge(tmp_path: Path, call: str, arguments: tuple[int, ...]) -> None:
    with suppress(OSError):
        judge_in(tmp_path, "refused").judge(Asked(1, ME, call, arguments))

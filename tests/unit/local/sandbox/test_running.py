"""A confined command runs to its end whatever it does; nothing of it, and nothing of ours for it, is left."""

import errno
import os
import resource
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any, NoReturn

import pytest
from realparts.desk import is_running

from hookkit.errors import EngineError, Problem
from hookkit.local.log import KeptLog
from hookkit.local.sandbox.confinement import Steps
from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.privileges import choose_processors
from hookkit.local.sandbox.running import Command, Finished, run_confined

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}
NOBODY = 31_234


def policy_for(folder: Path, **changes: Any) -> Policy:
    readable = tuple({Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve()})
    user = NOBODY if os.getuid() == 0 else None
    return replace(Policy(readable, writable=(folder,), seconds=60.0, user=user), **changes)


def run(folder: Path, program: str, log: Callable[[str], None] = print, **changes: Any) -> Finished:
    """Run a Python program that may write into a folder of which it knows as `here`."""
    lines = f"import os, signal, socket, sys, time\nhere = {str(folder)!r}\n{dedent(program)}"
    command = Command([sys.executable, "-I", "-c", lines], ENVIRONMENT)
    return run_confined(command, policy_for(folder, **changes), KeptLog(log))


def said(folder: Path, program: str, **changes: Any) -> list[str]:
    lines: list[str] = []
    finished = run(folder, program, lines.append, **changes)
    assert finished.exit_code == 0, lines
    return lines


# ---------------------------------------------------------------- what is left of ours


def held() -> tuple[dict[str, str], set[threading.Thread]]:
    """Descriptors and what they lead to, and threads, of this process."""
    links = {}
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # of the listing itself
            links[link.name] = str(link.readlink())
    return links, set(threading.enumerate())


def _broken(_: str) -> NoReturn:
    raise BrokenPipeError


def _objecting(_: Steps) -> tuple[Problem, ...]:
    return (Problem("rule x", "can't be enforced", "go away"),)


ENDS: dict[str, tuple[Command, Callable[[str], None]]] = {
    "as it should": (Command(["/usr/bin/env"], ENVIRONMENT), print),
    "there is no such program": (Command(["/nowhere/program"], {}), print),
    "it is no program": (Command(["/etc/passwd"], {}), print),
    "a rule can't be enforced": (Command(["/usr/bin/env"], {}, objections=_objecting), print),
    "nobody reads the log": (Command(["/usr/bin/env"], ENVIRONMENT), _broken),
}


@pytest.mark.parametrize(("command", "log"), ENDS.values(), ids=ENDS)
def test_no_descriptor_and_no_thread_stays(tmp_path: Path, command: Command, log: Callable[[str], None]) -> None:
    before = held()

    with suppress(EngineError, BrokenPipeError):
        run_confined(command, policy_for(tmp_path), KeptLog(log))

    assert held() == before


def test_a_command_gets_no_descriptor_but_its_three(tmp_path: Path) -> None:
    with (tmp_path / "x").open("w") as inherited:
        os.set_inheritable(inherited.fileno(), True)
        listed = said(tmp_path, "print(*sorted(os.listdir('/proc/self/fd')))")

    assert listed == ["0 1 2 3"]  # the last is the listing's own


def test_objections_are_the_error_and_the_command_does_not_run(tmp_path: Path) -> None:
    command = Command(["/usr/bin/touch", str(tmp_path / "ran")], ENVIRONMENT, objections=_objecting)

    with pytest.raises(EngineError, match="rule x: can't be enforced"):
        run_confined(command, policy_for(tmp_path), KeptLog(print))

    assert list(tmp_path.iterdir()) == []


def test_it_runs_in_any_thread_of_a_process_with_many_descriptors(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, limits[1]), limits[1]))
    opened = [os.open("/dev/null", os.O_RDONLY) for _ in range(1100)]
    lines: list[list[str]] = []
    try:
        thread = threading.Thread(target=lambda: lines.append(said(tmp_path, "print('ran')")))
        thread.start()
        thread.join(60)
    finally:
        for descriptor in opened:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    assert lines == [["ran"]]


# ---------------------------------------------------------------- what is left of the command


DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid(), flush=True); time.sleep(300)"


def test_a_command_that_ignores_the_end_of_its_time_is_killed(tmp_path: Path) -> None:
    finished = run(tmp_path, DEAF, seconds=0.5, grace_seconds=0.2)

    assert (finished.exceeded, finished.exit_code) == ("time", 137)


def test_a_command_that_ignores_that_nobody_reads_its_log_is_killed(tmp_path: Path) -> None:
    numbers: list[int] = []

    def read_one(line: str) -> NoReturn:
        numbers.append(int(line))
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run(tmp_path, DEAF, read_one, grace_seconds=0.2)

    assert not is_running(numbers[0])


def test_what_has_too_little_time_left_may_not_take_more_memory_either(tmp_path: Path) -> None:
    program = """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork():
        os.wait()
        sys.exit(7)
    while True:
        time.sleep(0.6)
        taken = bytearray(200 << 20)
    """

    finished = run(tmp_path, program, seconds=0.3, memory_bytes=100 << 20)

    assert (finished.exceeded, finished.exit_code) == ("time", 7)


def test_a_child_that_stops_its_parent_and_takes_too_much_does_not_keep_us(tmp_path: Path) -> None:
    program = """
    if not os.fork():
        os.kill(os.getppid(), signal.SIGSTOP)
        taken = []
        while True:
            taken.append(bytearray(8 << 20))
            time.sleep(0.01)
    os.wait()
    """

    assert run(tmp_path, program, memory_bytes=100 << 20).exceeded == "memory"


def test_what_killed_its_parent_and_goes_on_from_child_to_child_ends_too(tmp_path: Path) -> None:
    program = """
    if not os.fork():
        os.setsid()
        os.kill(os.getppid(), signal.SIGKILL)
        for _ in range(200):  # each lives shorter than anybody looks
            if os.fork():
                os._exit(0)
            time.sleep(0.001)
        open(f"{here}/{os.getpid()}", "w").close()
        time.sleep(300)
    time.sleep(300)
    """
    if run(tmp_path, "").steps.namespace:
        pytest.skip("without a namespace of its own nobody knows its orphans")

    finished = run(tmp_path, program)

    assert finished.exit_code == 137
    assert [file for file in tmp_path.iterdir() if is_running(int(file.name))] == []


# ---------------------------------------------------------------- what is asked about


def test_calls_with_addresses_that_are_none_fail_as_ever_and_later_ones_are_answered(tmp_path: Path) -> None:
    program = """
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    with socket.socket() as one:
        for address in (-1, 4096, 1 << 62):
            libc.connect(one.fileno(), ctypes.c_void_p(address), 16)
            print(ctypes.get_errno())
    open(f"{here}/mine", "w").close()
    os.chmod(f"{here}/mine", 0o640)
    """

    assert said(tmp_path, program) == [str(errno.EFAULT)] * 3
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o640


def test_who_dies_while_a_call_waits_keeps_nobody(tmp_path: Path) -> None:
    program = """
    import threading
    open(f"{here}/mine", "w").close()
    def ask():
        while True:
            os.chmod(f"{here}/mine", 0o600)
    for _ in range(40):
        if not os.fork():
            for _ in range(4):
                threading.Thread(target=ask, daemon=True).start()
            time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGKILL)
        os.wait()
    """

    assert said(tmp_path, program) == []


REFUSED = {
    "a datagram from one of a pair": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "flags of a file": """
        import fcntl
        with open("/usr/bin/env", "rb") as file:
            fcntl.ioctl(file, 0x40086602, bytes(8))
    """,
    "a mode by a descriptor": "os.chmod(os.open('/usr/bin/env', os.O_RDONLY), 0o700)",
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_ways_around_are_refused(tmp_path: Path, act: str) -> None:
    body = "".join(f"    {line}\n" for line in dedent(act).strip().splitlines())
    program = f"try:\n{body}except OSError as error:\n    print(error.errno)\n"

    assert said(tmp_path, program) in (["13"], ["30"])


def test_a_refusal_names_the_file_and_the_program(tmp_path: Path) -> None:
    finished = run(tmp_path, "os.system('chmod 700 /usr/bin/env')")

    assert [(one.rule, one.what, one.program) for one in finished.refusals] == [("writes", "/usr/bin/env", "chmod")]


def test_finding_out_the_own_address_is_an_idle_try(tmp_path: Path) -> None:
    program = """
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        try:
            with socket.socket(socket.AF_INET, kind) as one:
                one.connect(("192.0.2.1", 80))
        except OSError:
            pass
    """

    finished = run(tmp_path, program)

    assert [one.idle for one in finished.refusals] == [True, False]


# ---------------------------------------------------------------- what it is


def test_a_command_is_of_no_group_and_can_gain_nothing(tmp_path: Path) -> None:
    (line,) = said(tmp_path, "print([one.split()[1] for one in open('/proc/self/status') if one[:10] == 'NoNewPrivs'])")

    assert line == "['1']"


def test_it_is_who_started_it_or_of_root_a_user_that_nobody_is(tmp_path: Path) -> None:
    user = NOBODY if os.getuid() == 0 else os.getuid()

    assert said(tmp_path, "print(*os.getresuid())") == [f"{user} {user} {user}"]


def test_runs_do_not_all_get_the_same_processor() -> None:
    mine = os.sched_getaffinity(0)

    assert {one for _ in range(200) for one in choose_processors(1)} == mine
    assert set(choose_processors(0.5)) <= mine
    assert set(choose_processors(1000)) == mine


def test_a_command_keeps_to_its_processors(tmp_path: Path) -> None:
    assert said(tmp_path, "print(len(os.sched_getaffinity(0)))", cpus=0.5) == ["1"]

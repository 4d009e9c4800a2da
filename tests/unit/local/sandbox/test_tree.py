"""Processes are found by the kernel's own lists, and ended with all that they start; a number alone proves nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from textwrap import dedent

import pytest
from realparts.desk import is_running

from hookkit.local.sandbox.killing import end_all, kill_tree, send_signal
from hookkit.local.sandbox.tree import (
    Process,
    descendants,
    files_in_memory,
    find_process,
    inhabitants,
    is_alive,
    resident_memory,
    share_of_memory,
    thread_count,
)


@contextmanager
def started(program: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A Python program and the numbers that it printed on its first line; all in its session are killed at the end."""
    command = [sys.executable, "-I", "-c", "import os, signal, subprocess, sys, threading, time\n" + dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout
        try:
            yield process, [int(word) for word in process.stdout.readline().split()]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


THREE = """
child = subprocess.Popen([sys.executable, "-I", "-c", '''
import subprocess
grandchild = subprocess.Popen(["sleep", "300"])
print(grandchild.pid, flush=True)
grandchild.wait()
'''], stdout=subprocess.PIPE)
print(child.pid, int(child.stdout.readline()), flush=True)
time.sleep(300)
"""


def test_descendants_are_all_below_a_process_the_elder_first() -> None:
    with started(THREE) as (root, numbers):
        assert [process.pid for process in descendants(root.pid)] == numbers
        assert descendants(numbers[1]) == []


def test_children_of_any_thread_count() -> None:
    program = """
    def start():
        child = subprocess.Popen(["sleep", "300"])
        print(child.pid, flush=True)
        child.wait()
    threading.Thread(target=start).start()
    """
    with started(program) as (root, numbers):
        assert [process.pid for process in descendants(root.pid)] == numbers
        assert thread_count(root.pid) == 2


def test_a_process_that_has_ended_is_none_whether_it_was_waited_for_or_not() -> None:
    with started("print(1, flush=True)") as (process, _):
        while is_running(process.pid):
            time.sleep(0.01)
        assert find_process(process.pid) is None
        process.wait()
        assert find_process(process.pid) is None
        assert descendants(process.pid) == []


def test_a_later_process_of_the_same_number_is_another_and_gets_no_signal() -> None:
    with started(THREE) as (root, _):
        found = find_process(root.pid)
        assert found
        earlier = Process(root.pid, found.start - 1)

        assert is_alive(found)
        assert not is_alive(earlier)
        send_signal(earlier, signal.SIGKILL)
        send_signal(found, signal.SIGTERM)
        assert root.wait() == -signal.SIGTERM


def test_a_name_may_hold_brackets_and_blanks() -> None:
    program = """
    import ctypes
    ctypes.CDLL(None).prctl(15, b") Z 1 (", 0, 0, 0)
    print(1, flush=True)
    time.sleep(300)
    """
    with started(program) as (process, _):
        assert find_process(process.pid) is not None


def test_a_tree_is_killed_though_it_grows_meanwhile_and_its_root_is_not() -> None:
    program = """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if not os.fork():
        while True:
            if not os.fork():
                time.sleep(300)
            time.sleep(0.001)
    print(1, flush=True)
    time.sleep(300)
    """
    with started(program) as (root, _):
        kill_tree(root.pid)

        assert descendants(root.pid) == []
        assert root.poll() is None


def test_what_is_stopped_is_killed_too() -> None:
    with started(THREE) as (root, (child, _)):
        os.kill(child, signal.SIGSTOP)

        kill_tree(root.pid)

        assert descendants(root.pid) == []


def test_who_finds_nobody_is_done() -> None:
    end_all(list)


def test_inhabitants_of_other_mounts_are_found_wherever_they_stand() -> None:
    if subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("no namespaces here")
    with subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", "setsid sleep 300 & echo $!; wait"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        sleeper = int(process.stdout.readline())
        mounts = os.open(f"/proc/{process.pid}/ns/mnt", os.O_RDONLY)
        process.kill()
        process.wait()

        found = list(inhabitants(mounts))
        end_all(lambda: inhabitants(mounts))
        os.close(mounts)

    assert [one.pid for one in found] == [sleeper]
    assert not is_running(sleeper)


# ---------------------------------------------------------------- what they use

MIB = 1 << 20


def test_memory_that_forks_share_counts_once_and_files_of_memory_by_what_they_hold() -> None:
    program = """
    import mmap
    private = bytearray(64 << 20)
    memory = os.memfd_create("x")
    os.write(memory, bytes(32 << 20))
    child = os.fork()
    if child:
        print(child, flush=True)
    time.sleep(300)
    """
    with started(program) as (root, (child,)):
        assert resident_memory(root.pid).private >= 64 * MIB
        assert resident_memory(child).private >= 64 * MIB
        together = share_of_memory(root.pid).private + share_of_memory(child).private
        assert 64 * MIB <= together < 2 * 64 * MIB
        held = files_in_memory(root.pid)
        assert held == files_in_memory(child)
        assert list(held.values()) == [32 * MIB]

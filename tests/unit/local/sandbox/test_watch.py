"""A tree of processes that takes too much, or too long, ends; one that does not is left alone."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from realparts.desk import is_running

from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.watch import Watch

MIB = 1 << 20


def watched(program: str, policy: Policy) -> tuple[Watch, int]:
    """The watch over a Python program, and its exit code."""
    command = [sys.executable, "-I", "-c", "import os, signal, subprocess, sys, threading, time\n" + dedent(program)]
    with subprocess.Popen(command, start_new_session=True) as process:
        watch = Watch(process.pid, policy)
        watch.start()
        code = process.wait()
        watch.end(orphaned=code < 0)
    assert not watch.is_alive()
    return watch, code


#: Its child does the work, and it has the last word, like a hook's supervisor.
LAST_WORD = """
child = os.fork()
if child:
    os.waitpid(child, 0)
    sys.exit(7)
"""


def test_a_tree_within_its_bounds_ends_by_itself() -> None:
    watch, code = watched("time.sleep(0.2)\ntaken = bytearray(20 << 20)\ntime.sleep(0.2)", Policy())

    assert (watch.exceeded, code) == ("", 0)
    assert watch.peak_memory_bytes >= 20 * MIB


def test_too_much_memory_of_a_child_ends_it_and_its_parent_has_the_last_word() -> None:
    watch, code = watched(f"{LAST_WORD}\ntaken = bytearray(200 << 20)\ntime.sleep(300)", Policy(memory_bytes=100 * MIB))

    assert (watch.exceeded, code) == ("memory", 7)
    assert watch.peak_memory_bytes > 100 * MIB


def test_memory_of_several_counts_together() -> None:
    several = "for _ in range(3):\n    if not os.fork():\n        break\n"
    program = f"{LAST_WORD}\n{several}taken = bytearray(60 << 20)\ntime.sleep(300)"

    watch, code = watched(program, Policy(memory_bytes=150 * MIB))

    assert (watch.exceeded, code) == ("memory", 7)


def test_pages_that_forks_share_are_no_excess() -> None:
    program = """
    taken = bytearray(60 << 20)
    children = [os.fork() for _ in range(1)]
    if not children[0]:
        time.sleep(0.3)
        os._exit(0)
    os.wait()
    """

    assert watched(program, Policy(memory_bytes=100 * MIB))[0].exceeded == ""


@pytest.mark.parametrize(
    "start", ["threading.Thread(target=time.sleep, args=(300,)).start()", "os.fork() or time.sleep(300)"]
)
def test_processes_and_threads_are_counted_alike(start: str) -> None:
    program = f"{LAST_WORD}\nfor _ in range(30):\n    {start}\ntime.sleep(300)"

    watch, code = watched(program, Policy(processes=20))

    assert (watch.exceeded, code) == ("processes", 7)


def test_after_its_time_it_is_asked_to_stop() -> None:
    program = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\ntime.sleep(300)"

    watch, code = watched(program, Policy(seconds=0.5))

    assert (watch.exceeded, code) == ("time", 5)


def test_who_does_not_stop_is_killed_with_all_below(tmp_path: Path) -> None:
    program = f"""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    open({str(tmp_path / "child")!r}, "w").write(str(child.pid))
    time.sleep(300)
    """

    watch, code = watched(program, Policy(seconds=0.5, grace_seconds=0.1))

    assert (watch.exceeded, code) == ("time", -9)
    assert not is_running(int((tmp_path / "child").read_text()))


def test_a_parent_that_its_child_stopped_still_has_the_last_word() -> None:
    program = f"{LAST_WORD}\nos.kill(os.getppid(), signal.SIGSTOP)\ntaken = bytearray(200 << 20)\ntime.sleep(300)"

    watch, code = watched(program, Policy(memory_bytes=100 * MIB))

    assert (watch.exceeded, code) == ("memory", 7)


def test_what_outlives_its_parent_is_ended(tmp_path: Path) -> None:
    program = f"""
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    open({str(tmp_path / "child")!r}, "w").write(str(child.pid))
    time.sleep(1)  # until it was seen
    os.kill(os.getpid(), signal.SIGKILL)
    """

    watched(program, Policy())

    assert not is_running(int((tmp_path / "child").read_text()))

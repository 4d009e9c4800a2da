"""A process that goes on as its own child: who started it sees no difference."""

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow  # it starts many processes

GO_ON = """
import os, signal, sys, time
from hookkit.local.unpacked.front import go_on_behind, only_child
first = os.getpid()
go_on_behind()
assert os.getppid() == first and os.getpid() != first
"""


def started(script: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", GO_ON + script], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("script", "code"), [("", 0), ("sys.exit(101)", 101), ("os.kill(os.getpid(), 9)", 137)])
def test_it_ends_as_the_child_does(script: str, code: int) -> None:
    with started(script) as process:
        assert process.wait(60) == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_reach_the_child(number: signal.Signals) -> None:
    script = f"signal.signal({int(number)}, lambda *_: sys.exit(77))\nprint('waits', flush=True)\ntime.sleep(60)"
    with started(script) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(number)
        assert process.wait(60) == 77


def test_it_holds_nothing_of_the_childs_open() -> None:
    """A log ends when the child closes it, though the process in front still lives."""
    with started("os.close(1)\nos.close(2)\ntime.sleep(60)") as process:
        assert process.stdout
        assert process.stdout.read() == ""
        assert process.poll() is None
        process.terminate()
        assert process.wait(60) == 128 + signal.SIGTERM


def test_the_child_blocks_no_signal_that_was_not_blocked_before() -> None:
    with started("print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])), flush=True)") as process:
        before = sorted(signal.pthread_sigmask(signal.SIG_BLOCK, []))
        assert process.communicate(timeout=60)[0].strip() == str(before)


def test_orphans_of_the_child_are_reaped_and_do_not_end_it() -> None:
    script = """

if not os.fork():
    if os.fork():
        os._exit(3)
    os._exit(4)
os.wait()
time.sleep(0.3)
sys.exit(5)
"""
    with started(script) as process:
        assert process.wait(60) == 5
    assert not os.path.exists(f"/proc/{process.pid}")  # noqa: PTH110

"""A run is stopped once, by a signal that reaches nothing else; a person's own signal still ends all."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from hookkit.check.contract.stopping import Stopper, why_no_stop
from hookkit.local.signals import forwarded_signals

pytestmark = pytest.mark.slow  # it starts many processes


@contextmanager
def running(heard: list[int]) -> Iterator[None]:
    """A runner, which hears the signals while it runs a hook."""
    with forwarded_signals(lambda number: heard.append(int(number))):
        yield


def wait_for(heard: list[int]) -> None:
    deadline = time.monotonic() + 60
    while not heard and time.monotonic() < deadline:
        time.sleep(0.001)


def test_a_run_is_stopped_once_when_it_has_started() -> None:
    heard: list[int] = []
    started: list[int] = []
    stopper = Stopper(lambda: bool(started), 0.02, 60)

    with stopper.watching(), running(heard):
        time.sleep(0.05)
        assert not heard
        started.append(1)
        wait_for(heard)
        time.sleep(0.05)

    assert heard == [signal.SIGTERM]
    assert stopper.reason == "started"


def test_a_run_that_takes_too_long_is_stopped() -> None:
    heard: list[int] = []
    stopper = Stopper(lambda: True, None, 0.05)

    with stopper.watching(), running(heard):
        wait_for(heard)

    assert heard == [signal.SIGTERM]
    assert stopper.reason == "late"


def test_a_signal_that_comes_too_late_for_the_run_stops_nothing_else() -> None:
    stopper = Stopper(lambda: True, 0, 60)

    with stopper.watching():
        while not stopper.reason:
            time.sleep(0.001)
        time.sleep(0.05)

    assert stopper.reason == "started"


def test_a_run_that_ends_by_itself_is_not_stopped() -> None:
    stopper = Stopper(lambda: False, 0, 60)

    with stopper.watching():
        pass

    assert not stopper.reason


@pytest.mark.parametrize(
    ("number", "end"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit), (signal.SIGHUP, SystemExit)]
)
def test_a_persons_signal_ends_more_than_the_run(number: signal.Signals, end: type[BaseException]) -> None:
    heard: list[int] = []

    def run() -> None:
        with Stopper(lambda: True, None, 60).watching(), running(heard):
            os.kill(os.getpid(), number)
            wait_for(heard)

    with pytest.raises(end):
        run()

    assert heard == [number]


def test_a_persons_sigterm_is_told_from_ours() -> None:
    heard: list[int] = []

    def run() -> None:
        with Stopper(lambda: True, 0, 60).watching(), running(heard):
            wait_for(heard)
            heard.clear()
            os.kill(os.getpid(), signal.SIGTERM)
            wait_for(heard)

    with pytest.raises(SystemExit) as ended:
        run()

    assert ended.value.code == 143


def test_in_another_thread_nothing_can_be_stopped_and_the_block_runs_all_the_same() -> None:
    said: list[str] = []

    def run() -> None:
        said.append(why_no_stop())
        with Stopper(lambda: True, 0, 60).watching():
            said.append("ran")

    thread = Thread(target=run)
    thread.start()
    thread.join()

    assert said == ["signals reach the main thread alone", "ran"]
    assert why_no_stop() == ""

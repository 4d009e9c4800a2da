"""While a hook runs, stop signals go to it; before there is one, they wait."""

import signal
import threading

import pytest

from hookkit.local.signals import FORWARDED, forwarded_signals


@pytest.mark.parametrize("number", FORWARDED)
def test_a_stop_is_forwarded_while_the_block_runs(number: signal.Signals) -> None:
    stops: list[signal.Signals] = []

    with forwarded_signals(stops.append):
        signal.raise_signal(number)

    assert stops == [number]


def test_a_stop_that_comes_early_waits_for_what_it_stops() -> None:
    stops: list[signal.Signals] = []

    with forwarded_signals() as waiting:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        assert stops == []
        waiting.forward_to(stops.append)
        signal.raise_signal(signal.SIGHUP)

    assert stops == [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def test_afterwards_signals_do_what_they_did_before() -> None:
    before = [signal.getsignal(number) for number in FORWARDED]

    with forwarded_signals(print):
        assert [signal.getsignal(number) for number in FORWARDED] != before

    assert [signal.getsignal(number) for number in FORWARDED] == before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stops: list[signal.Signals] = []
        with forwarded_signals(stops.append):
            signal.raise_signal(signal.SIGHUP)
        assert stops == []
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_thread_that_gets_no_signals_runs_all_the_same() -> None:
    ran: list[bool] = []

    def run() -> None:
        with forwarded_signals(print):
            ran.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert ran == [True]

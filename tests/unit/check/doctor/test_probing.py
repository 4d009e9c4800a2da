"""Probes run side by side: one that raises or hangs costs its own facts, and no others."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Event

from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, State, Topic, ok
from hookkit.check.doctor.probing import Probe, run_probes

ONE, TWO = Topic("group", "one", ""), Topic("group", "two", "")
DESK = Desk(os.environ, Path("/"), None, "", is_root=False)


def works(_: Desk) -> Iterator[Fact]:
    yield ok(TWO, "here")


def breaks(_: Desk) -> Iterator[Fact]:
    yield ok(ONE, "so far")
    raise RuntimeError("it broke at https://me:secret@host/\nwholly")


def test_one_that_raises_is_unknown_in_its_own_words_and_what_it_knew_counts() -> None:
    facts = run_probes([Probe(ONE, breaks), Probe(TWO, works)], DESK)

    assert [(fact.topic, fact.state, fact.found) for fact in facts] == [
        (ONE, State.OK, "so far"),
        (ONE, State.UNKNOWN, "RuntimeError: it broke at https://***@host/ wholly"),
        (TWO, State.OK, "here"),
    ]


def test_one_that_hangs_is_unknown_and_keeps_nobody_waiting() -> None:
    never = Event()

    def hangs(_: Desk) -> Iterator[Fact]:
        never.wait()
        yield ok(ONE, "too late")

    facts = run_probes([Probe(ONE, hangs), Probe(TWO, works)], DESK)
    never.set()

    assert [(fact.topic, fact.state) for fact in facts] == [(ONE, State.UNKNOWN), (TWO, State.OK)]
    assert facts[0].found.startswith("no answer within")


def test_they_run_side_by_side() -> None:
    both = Barrier(2)

    def meets(_: Desk) -> Iterator[Fact]:
        both.wait()
        yield ok(ONE, "met")

    assert [fact.found for fact in run_probes([Probe(ONE, meets)] * 2, DESK)] == ["met", "met"]

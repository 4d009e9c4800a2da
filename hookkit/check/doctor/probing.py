"""Probes become facts: they run side by side, and one that raises or hangs becomes a fact that says so."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import Final

from hookkit.check.doctor.asking import PATIENCE_SECONDS
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, Topic, unknown
from hookkit.image.words import in_short, without_passwords

#: What a probe asks gives up by itself, and says what it was; this is for what can't.
_DEADLINE_SECONDS: Final = PATIENCE_SECONDS * 1.5
_LONGEST: Final = 200


@dataclass(frozen=True)
class Probe:
    """Looks at one thing.

    Attributes:
        topic: what it is about where it fails.
        look: gives its facts one by one; those before a failure count.

    """

    topic: Topic
    look: Callable[[Desk], Iterable[Fact]]


@dataclass
class _Look:
    """A probe at work."""

    probe: Probe
    facts: list[Fact] = field(default_factory=list)
    ended: bool = False

    def run(self, desk: Desk) -> None:
        try:
            for fact in self.probe.look(desk):
                self.facts.append(fact)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other facts are worth showing
            words = in_short(without_passwords(str(error)), _LONGEST)
            self.facts.append(unknown(self.probe.topic, f"{type(error).__name__}: {words}"))
        self.ended = True

    def result(self) -> list[Fact]:
        """What is known by now."""
        known = list(self.facts)
        if self.ended:
            return known
        words = f"no answer within {_DEADLINE_SECONDS:g} s"
        return [*known, unknown(self.probe.topic, words, "look once more when this machine is less busy")]


def run_probes(probes: Sequence[Probe], desk: Desk) -> list[Fact]:
    """The facts of all probes, in the probes' order."""
    looks = [_Look(probe) for probe in probes]
    start = time.monotonic()
    end = start + _DEADLINE_SECONDS
    # Daemons: one that hangs, on a network file system for example, must not keep hookkit from ending.
    threads = [Thread(target=look.run, args=(replace(desk, since=start),), daemon=True) for look in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [fact for look in looks for fact in look.result()]

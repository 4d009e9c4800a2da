"""What a look at this machine found becomes a Fact: its state, what it is needed for, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Whether something can be used here."""

    OK = "ok"
    LIMITED = "limited"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Topic(NamedTuple):
    """What a fact is about.

    Attributes:
        group: what it is shown with, such as `sandbox`.
        name: its name there.
        needed_for: what hookkit does with it.

    """

    group: str
    name: str
    needed_for: str


@dataclass(frozen=True)
class Fact:
    """What was found about a topic.

    Attributes:
        found: in a few words, on one line; no password is in it.
        remedy: what to do where something is to be done, with the command.

    """

    topic: Topic
    state: State
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        """The fact on one line: `state    group: name: found (for …); remedy`."""
        needed_for = f" (for {self.topic.needed_for})" if self.topic.needed_for else ""
        advice = f"; {self.remedy}" if self.remedy else ""
        line = f"{self.topic.group}: {self.topic.name}: {self.found}{needed_for}{advice}"
        return f"{self.state:<8} {' '.join(line.split())}"


def ok(topic: Topic, found: str) -> Fact:
    """It can be used."""
    return Fact(topic, State.OK, found)


def limited(topic: Topic, found: str, remedy: str) -> Fact:
    """It can be used in part, or something else does its work."""
    return Fact(topic, State.LIMITED, found, remedy)


def missing(topic: Topic, found: str, remedy: str) -> Fact:
    """It can't be used."""
    return Fact(topic, State.MISSING, found, remedy)


def unknown(topic: Topic, found: str, remedy: str = "") -> Fact:
    """Nobody could tell."""
    return Fact(topic, State.UNKNOWN, found, remedy)

"""A desk becomes an Examination: all facts, by group, and what follows from them."""

from dataclasses import dataclass
from typing import Any, Final

from hookkit.check.doctor import building, credentials, engine, python, resources, sandbox, tools
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, State
from hookkit.check.doctor.probing import run_probes
from hookkit.check.doctor.ways import VITAL, Ways, ways_open

_MODULES: Final = (python, sandbox, engine, building, credentials, resources, tools)
#: The groups, in the order that they are shown in: a probe may find what belongs to another one's.
_GROUPS: Final = tuple(module.GROUP for module in _MODULES)
PROBES: Final = tuple(probe for module in _MODULES for probe in module.PROBES)


@dataclass(frozen=True)
class Examination:
    """What this machine offers."""

    facts: tuple[Fact, ...]
    ways: Ways

    @property
    def is_fit(self) -> bool:
        """Whether hooks can be run and images built."""
        return not self.ways.barred

    def to_json(self) -> dict[str, Any]:
        """In JSON's terms."""
        return {
            "fit": self.is_fit,
            "run": list(self.ways.run),
            "build": list(self.ways.build),
            "barred": list(self.ways.barred),
            "facts": [_fact_json(fact) for fact in self.facts],
        }


def is_bar(fact: Fact) -> bool:
    """Whether nothing goes because of this fact alone."""
    return fact.state is State.MISSING and fact.topic in VITAL


def examine(desk: Desk) -> Examination:
    """Look at all of it; nothing is changed."""
    import docker  # noqa: F401 - it takes its time, which is not to be counted as the engine's

    facts = tuple(sorted(run_probes(PROBES, desk), key=lambda fact: _GROUPS.index(fact.topic.group)))
    return Examination(facts, ways_open(facts))


def _fact_json(fact: Fact) -> dict[str, str]:
    told = {"group": fact.topic.group, "name": fact.topic.name, "state": str(fact.state), "found": fact.found}
    return told | {"needed_for": fact.topic.needed_for, "remedy": fact.remedy}

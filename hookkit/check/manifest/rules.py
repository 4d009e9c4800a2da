"""What every family of rules is written with: a rule, the function that looks for what breaks it, what that gives."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hookkit.check.finding import DataPath, Rule
from hookkit.check.manifest.document import Manifest


class Flaw(NamedTuple):
    """What a check gives: a Fault without its rule."""

    path: DataPath
    what: str
    remedy: str
    at: str = ""


Flaws = Iterator[Flaw]
Check = Callable[[Manifest], Flaws]
#: A family: adding a rule means one Rule and one function.
Family = tuple[tuple[Rule, Check], ...]

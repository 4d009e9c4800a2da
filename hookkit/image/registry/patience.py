"""How long a registry is waited for, and how often asked: an attempt becomes its result, or the last refusal."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from hookkit.errors import Problem, RegistryError

Result = TypeVar("Result")

#: Statuses that may be gone a moment later.
PASSING_STATUSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class PassingError(RegistryError):
    """What may go well at another time.

    Attributes:
        after: seconds that the registry asks to wait; None where it doesn't say.

    """

    def __init__(self, problem: Problem, after: float | None = None) -> None:
        super().__init__(problem)
        self.after = after


@dataclass(frozen=True)
class Patience:
    """Limits of waiting, all in seconds but the first.

    Attributes:
        attempts: how often something is tried in all.
        pause: before the second attempt; it doubles with each, and a part by chance is added, so that many clients
            don't come back at once.
        longest_pause: a registry that asks for a longer one is not waited for.
        connect: for a connection, and for each piece that's sent.
        answer: for each piece of an answer; a registry may hash a large layer before it says anything.

    """

    attempts: int = 5
    pause: float = 0.3
    longest_pause: float = 30
    connect: float = 10
    answer: float = 120

    def persist(self, attempt: Callable[[], Result], sleep: Callable[[float], object]) -> Result:
        """Try until it goes well.

        Raises:
            RegistryError: what the last attempt raised, or one that wouldn't go better at another time.

        """
        for pause in self._pauses():
            try:
                return attempt()
            except PassingError as failure:
                asked = pause if failure.after is None else failure.after
                if asked > self.longest_pause:
                    raise
                sleep(asked)
        return attempt()

    def _pauses(self) -> Iterator[float]:
        for doublings in range(self.attempts - 1):
            pause = self.pause * 2**doublings * (1 + random.random())  # noqa: S311 - nothing secret
            yield min(pause, self.longest_pause)

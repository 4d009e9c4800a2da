"""A way and a user become an author at their desk, who stays as long as the tests run."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from contract.author import Author, author
from contract.scene import Scene, Servers
from contract.ways import ENGINE, WAYS
from realparts.plain_user import ourselves, plain_user


class Desks:
    """Authors by their way and user, who come when they are asked for."""

    def __init__(self, stack: ExitStack, built: Callable[[str], Path], libraries: tuple[str, ...] = ()) -> None:
        self._stack = stack
        self._libraries = libraries
        self._built = built
        self._authors: dict[tuple[str, str], Author] = {}

    def of(self, name: str, user: str) -> Author:
        """The author who runs hooks so; another one where a hook ended with the first."""
        known = self._authors.get((name, user))
        if known is None or known.process.poll() is not None:
            way = WAYS.get(name, ENGINE)
            built = self._built(way.runner) if way.in_image else None
            scene = self._stack.enter_context(_scene(user, built, self._libraries))
            known = self._authors[name, user] = self._stack.enter_context(author(scene, way))
        return known


@contextmanager
def _scene(user: str, built: Path | None, libraries: tuple[str, ...]) -> Iterator[Scene]:
    token = str(random.randrange(10**8, 10**9))  # noqa: S311 - only to be told apart; as a number of seconds, too
    with ourselves() if user == "root" else plain_user() as somebody:
        yield Scene(somebody, token, Servers(token), built, libraries)

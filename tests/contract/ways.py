"""A name becomes a Way to run hooks: by which runner, on a machine that lacks what, and what is tried there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract.corpus import Planted

#: In the names of hooks that do what another does, by another road.
_VARIANTS: Final = ("natively", "through", "newest", "bare", "message", "outside", "_by_", "_of_", "children")
_ALL: Final = ("root", "plain user")


@dataclass(frozen=True)
class Way:
    """How hooks are run.

    Attributes:
        name: as the table of promises has it.
        runner: its name in `driving.RUNNERS`.
        lacks: what the kernel lacks, as `refusing` names it.
        programs: whether the machine has programs that hookkit may use: bubblewrap.
        users: who runs hooks so.
        rules: those that differ here from the ways before: hooks that break others are not tried again; all if empty.
        sparing: whether one hook of each kind is enough, since each run takes a second.

    """

    name: str
    runner: str
    lacks: tuple[str, ...] = ()
    programs: bool = True
    users: tuple[str, ...] = _ALL
    rules: tuple[str, ...] = ()
    sparing: bool = False

    @property
    def in_image(self) -> bool:
        """Whether hooks are run in an image."""
        return self.runner != "process"

    def tries(self, hook: Planted) -> bool:
        """Whether a hook says something here."""
        if self.in_image and (not hook.in_image or (hook.programs and not hook.rule)):
            return False  # the image has no programs
        if self.sparing and any(word in hook.name for word in _VARIANTS):
            return False
        if not self.rules:
            return True
        return hook.rule in self.rules if hook.rule else hook.talks and "network" in self.rules

    def excuses(self, hook: Planted) -> bool:
        """Whether a good hook may be refused here, since it needs a loopback that there is none of."""
        bare = "namespaces" in self.lacks and "seccomp" not in self.lacks
        return bare and (hook.loopback == "udp" or (hook.loopback == "tcp" and "notifications" in self.lacks))


_TALK: Final = ("network", "sockets", "privileges")


def _lesser(*lacks: str) -> Way:
    return Way("process", "process", lacks, users=("plain user",), rules=_TALK)


#: How hooks are run without an engine: as processes on machines that lack more and more, and unpacked images.
WAYS: Final = {
    "process": Way("process", "process"),
    "process, no Landlock": _lesser("landlock"),
    "process, no namespaces": _lesser("namespaces"),
    "process, no notifications": _lesser("notifications"),
    "process, seccomp alone": _lesser("namespaces", "notifications"),
    "bubblewrap": Way("container bubblewrap", "unpacked", users=("plain user",), sparing=True),
    "namespaces": Way("container namespaces", "unpacked", programs=False, sparing=True),
    "loader": Way("container loader", "unpacked", ("namespaces",), programs=False, sparing=True),
}
#: In a container engine.
ENGINE: Final = Way("container docker", "docker", users=("root",), sparing=True)


def trials(hooks: list[Planted]) -> Iterator[tuple[str, str, Planted]]:
    """Every way, user and hook that say something together."""
    for name, way in WAYS.items():
        for user in way.users:
            yield from ((name, user, hook) for hook in hooks if way.tries(hook) and not (hook.plain and user == "root"))

"""What a machine lets becomes the way that an unpacked image is run: by bubblewrap, namespaces, or its own loader."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Literal

from hookkit.local import rules
from hookkit.local.enforcement import enforcement_of
from hookkit.local.rules import Rule
from hookkit.local.sandbox.confinement import Steps
from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.running import Command
from hookkit.local.unpacked import bubblewrap, namespaces
from hookkit.local.unpacked.front import go_on_behind, only_child
from hookkit.local.unpacked.loader import load, plan_loading, shell_files
from hookkit.local.unpacked.view import View
from hookkit.report import Enforcement, State

WayName = Literal["bubblewrap", "namespaces", "loader"]
_ADVICE: Final = "mend the image's entrypoint"
_PYTHON: Final = "python"
_LOADER_READS: Final = "Landlock; of this machine /proc, /sys, what every container has in /etc, and /bin/sh"


@dataclass(frozen=True)
class Way:
    """How an image is run.

    Attributes:
        why: what the better ways were refused for.

    """

    name: WayName
    why: str = ""

    @property
    def has_root(self) -> bool:
        """Whether the process sees the image as its root, and so the paths of a container."""
        return self.name != "loader"


def choose_way(view: View) -> Way:
    """The first way that this machine lets."""
    without_program = bubblewrap.why_not()
    if not without_program:
        return Way("bubblewrap")
    refused = namespaces.why_not(view)
    return Way("loader", f"{without_program}; {refused}") if refused else Way("namespaces", without_program)


def command_of(way: Way, view: View, scratch: Path) -> Command:
    """What is run, and what its process does before.

    Raises:
        EngineError: the image's program can't be run so.

    """
    if way.name == "bubblewrap":
        line, behind = bubblewrap.line_of(view), partial(go_on_behind, only_child)
        return Command(line, view.environment, _ADVICE, files=False, before=behind, front=True)
    if way.name == "namespaces":
        inside = namespaces.enter(view, 1, 2)
        return Command(view.command, view.environment, _ADVICE, files=False, before=inside, front=True)
    loaded = load(view, plan_loading(view), scratch / _PYTHON)
    return Command(loaded.command, loaded.environment, _ADVICE, before=partial(os.chdir, loaded.folder))


def policy_of(way: Way, view: View, scratch: Path, limits: Policy) -> Policy:
    """What its processes may do; a root of their own shows nothing that would have to be withheld."""
    limits = replace(limits, user=None if os.getuid() else view.user[0])
    if way.has_root:
        return limits
    readable = tuple(mount.source for mount in view.mounts if mount.read_only)
    writable = tuple(mount.source for mount in view.mounts if not mount.read_only)
    readable = (view.root, scratch, *shell_files(), *readable)
    return replace(limits, readable=readable, system=False, writable=writable)


# ---------------------------------------------------------------- what came of the rules


def enforcement_by(way: Way, steps: Steps, policy: Policy) -> tuple[Enforcement, ...]:
    """What came of each rule in a container without an engine."""
    own = {rule.name: Enforcement(rule.name, state, how) for rule, state, how in _of_way(way, steps, policy)}
    return tuple(own.get(one.rule, one) for one in enforcement_of(steps, policy))


def _of_way(way: Way, steps: Steps, policy: Policy) -> Iterator[tuple[Rule, State, str]]:
    if way.name == "loader":
        if not steps.files:
            yield rules.READS, "enforced", f"{_LOADER_READS} ({way.why})"
        return
    by = f"by {way.name}"
    if not (steps.privileges or steps.filter):
        yield rules.PRIVILEGES, "enforced", "no capabilities; no_new_privs, seccomp, no io_uring"
    yield rules.WRITES, "enforced", f"a root that is read-only, {by}"
    yield rules.READS, "enforced", f"a root of its own, {by}"
    if not policy.network:
        yield rules.SOCKETS, "enforced", f"a root and a network of its own, {by}"

"""Where trials run a hook: the protocol, and the process; beside whole runs by a Runner they need its bare command."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from hookkit.cache import Cache
from hookkit.check.contract.answer import Answer, Command, ask
from hookkit.contract import LOG_FORMAT_VARIABLE, STAGING_PREFIX
from hookkit.local.interpreter import python_folders
from hookkit.local.process import ProcessRunner
from hookkit.local.run import LocalRun, Runner
from hookkit.project import contained_environment, hook_command

#: A user whom no system has a name for; the range is the one that clusters give out.
RANDOM_USER: Final = 1_000_660_000 + os.getpid() % 10_000

#: Changes of an environment; None takes a variable away.
Variables = Mapping[str, str | None]
NO_CHANGE: Final[Variables] = MappingProxyType({})


@dataclass(frozen=True)
class Way:
    """How a bare command is run, where it is not as usual.

    Attributes:
        variables: what its environment has otherwise.
        user: its user's id; None for the usual one.
        limit: seconds of wall time.

    """

    variables: Variables = field(default_factory=lambda: NO_CHANGE)
    user: int | None = None
    limit: float = 600.0


class Place(Protocol):
    """Where a hook is tried."""

    @property
    def runner(self) -> Runner:
        """Runs whole calls, under the platform's rules."""

    def ask(self, run: LocalRun, arguments: Sequence[str], way: Way) -> Answer:
        """Run the hook's bare command with some arguments; no place of this machine among them has to exist."""

    def work(self, run: LocalRun, way: Way) -> Answer:
        """Run a whole call by the hook's bare command."""

    def has_started(self, output: Path) -> bool:
        """Whether the runtime of a run into this output has come as far as the function."""

    @property
    def why_no_other_user(self) -> str:
        """Why the hook can't be run as another user here; "" where it can."""

    @property
    def keeps_processes(self) -> bool:
        """Whether what a hook leaves running would go on."""


@dataclass(frozen=True)
class ProcessPlace:
    """Processes of the hook's own Python."""

    runner: Runner = ProcessRunner()  # noqa: RUF009 - it holds nothing

    keeps_processes = True

    def ask(self, run: LocalRun, arguments: Sequence[str], way: Way) -> Answer:
        """See `Place.ask`."""
        words = (*hook_command(run.project, str(run.spec.entry_point)), *arguments)
        return ask(Command(words, changed(_environment(run), way.variables), way.user), way.limit)

    def work(self, run: LocalRun, way: Way) -> Answer:
        """See `Place.work`; for another user the output folders are made."""
        if way.user is not None:
            for output in run.call.outputs.values():
                output.mkdir(parents=True)
                os.chown(output, way.user, way.user)
        return self.ask(run, run.arguments(), way)

    def has_started(self, output: Path) -> bool:
        """See `Place.has_started`."""
        return holds(output, f"{STAGING_PREFIX}*")

    @property
    def why_no_other_user(self) -> str:
        """See `Place.why_no_other_user`."""
        return "" if os.geteuid() == 0 else "only root may become another user"


def _environment(run: LocalRun) -> dict[str, str]:
    """The variables of the container; packages of the author's own are found all the same, as the image has them."""
    packages = python_folders(run.project, Cache.of_user()).variables
    return (
        contained_environment(run.project) | packages | {LOG_FORMAT_VARIABLE: run.log_format} | run.secret_variables()
    )


def holds(folder: Path, pattern: str) -> bool:
    """Whether something below a folder matches; it may change meanwhile."""
    try:
        return bool(list(folder.glob(pattern)))
    except OSError:  # it went while it was looked at
        return False


def changed(environment: Mapping[str, str], variables: Variables) -> dict[str, str]:
    """An environment with some variables set, and others (None) taken away."""
    return {name: text for name, text in {**environment, **variables}.items() if text is not None}

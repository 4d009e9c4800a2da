"""Where hookkit's desk is becomes what it knows and does: what a hook declares, and the report of a run.

The desk is asked in a process of its own, since a project's tests run in the hook's Python, which has the runtime
alone: libraries of the author and of hookkit never meet.
"""

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from hookkit.errors import HookkitError, Problem
from hookkit.report import RunReport
from hookkit.spec import HookSpec
from hookkit.testing.process import Answer, ask

#: pytest shows a failure at the line of the test, and none of ours (--full-trace does).
__tracebackhide__ = True

#: The command of the desk as a JSON list: set by `hookkit test`.
DESK_VARIABLE: Final = "HOOKKIT_DESK"
#: Lines of what the desk said that are shown where there is no report.
_LAST_LINES: Final = 20

Answered = TypeVar("Answered")


class NotRunError(HookkitError):
    """The hook did not run; the lines are those of the desk."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Run:
    """A run that the desk is asked for.

    Attributes:
        folder: where it starts; the project is looked for from there upwards.
        target: `package.module[:function]`; the project's own hook where it is None.
        image: of the container; "" for the one that was built last.
        timeout: seconds after which the hook is asked to stop; None for never.

    """

    folder: Path
    target: str | None
    engine: str
    image: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str]
    timeout: float | None


@dataclass(frozen=True)
class Desk:
    """hookkit's desk, by its command."""

    command: tuple[str, ...]
    _known: dict[tuple[Path, str | None], HookSpec] = field(default_factory=dict, compare=False)

    def describe(self, folder: Path, target: str | None) -> HookSpec:
        """What a hook declares; asked once.

        Raises:
            NotRunError: it can't be had.

        """
        key = (folder, target)
        if key not in self._known:
            answer = ask([*self.command, "spec", *_named(target)], folder, _environment({}), quiet=True)
            self._known[key] = _read(answer, HookSpec.from_json, "is not described")
        return self._known[key]

    def run(self, run: Run) -> RunReport:
        """Run a hook; its log goes to stderr.

        Raises:
            NotRunError: it can't be run.

        """
        image = [f"--image={run.image}"] if run.image and run.engine == "container" else []
        flags = [f"--engine={run.engine}", *image, "--json", "--log=text", "--", *run.arguments]
        command = [*self.command, "run", *_named(run.target), *flags]
        answer = ask(command, run.folder, _environment(run.variables), timeout=run.timeout)
        return _read(answer, RunReport.from_json, f"did not run, engine {run.engine}")


def find_desk() -> Desk:
    """The desk that `hookkit test` names, else the one of this very Python.

    Raises:
        NotRunError: there is none.

    """
    if named := os.environ.get(DESK_VARIABLE):
        return Desk(tuple(json.loads(named)))
    if importlib.util.find_spec("click") and importlib.util.find_spec("hookkit.cli"):
        return Desk((sys.executable, "-P", "-m", "hookkit"))
    remedy = "run the tests with `hookkit test`, or install hookkit[cli] here"
    raise NotRunError(str(Problem("run_hook", f"{sys.executable} has no hookkit[cli] to run a hook with", remedy)))


def _named(target: str | None) -> list[str]:
    return [] if target is None else [target]


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name != DESK_VARIABLE} | dict(variables)


def _read(answer: Answer, read: Callable[[dict[str, Any]], Answered], failure: str) -> Answered:
    """What the desk answered, or its words where it answered nothing."""
    try:
        return read(json.loads(answer.out))
    except ValueError:
        last = answer.words.strip().splitlines()[-_LAST_LINES:]
        said = "\n".join(last) or f"hookkit ended with exit code {answer.exit_code} and said nothing"
        raise NotRunError(f"the hook {failure}: {said}") from None

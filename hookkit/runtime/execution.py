"""In the child: target and arguments become the function's call, its products in place, and an Outcome."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from hookkit.contract import DESCRIBE_FLAG, HELP_FLAGS
from hookkit.errors import Problem, TargetError
from hookkit.runtime.call import Call, read_call
from hookkit.runtime.command_line import folder_flag
from hookkit.runtime.journal import Journal
from hookkit.runtime.logs import configure_logging, log_outcome
from hookkit.runtime.outcome import Outcome
from hookkit.runtime.products import Staging, refuse_missing
from hookkit.runtime.target import find_hook
from hookkit.spec import HookSpec


def execute(arguments: list[str], journal: Journal) -> Outcome:
    """Do what the container's command line asks for; never raises."""
    try:
        target, *rest = arguments or [""]
        if not target or target.startswith("-"):
            problem = Problem("command line", "names no hook", "write package.module:function first")
            raise TargetError(problem)  # noqa: TRY301 - one handler for all
        if DESCRIBE_FLAG in rest or any(flag in rest for flag in HELP_FLAGS):
            return _describe(target, rest)
        configure_logging()
        function, spec = find_hook(target)
        run_hook(function, spec, read_call(spec, rest, os.environ), journal)
        outcome = Outcome()
    except BaseException as error:  # noqa: BLE001 - whatever a hook raises becomes its outcome
        outcome = Outcome.of(error)
        configure_logging()
        log_outcome(outcome)
    return outcome


def _describe(target: str, arguments: list[str]) -> Outcome:
    """`--describe` and `--help`: what the module prints while it is imported must not get between."""
    with _stdout_kept() as stdout:
        _, spec = find_hook(target)
        if DESCRIBE_FLAG in arguments:
            import json

            stdout.write(json.dumps(spec.to_json(), ensure_ascii=False) + "\n")
        else:
            from hookkit.runtime.usage import render_usage

            stdout.write(render_usage(spec))
    return Outcome()


@contextmanager
def _stdout_kept() -> Iterator[Any]:
    """The real stdout, while everything else that is written to it goes to stderr."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as stdout:
        os.dup2(2, 1)
        yield stdout


def run_hook(function: Callable[..., Any], spec: HookSpec, call: Call, journal: Journal) -> None:
    """Call the function with its outputs staged, check what it wrote, and put it in place.

    Raises:
        CallError: an output folder can't be written.
        OutputError: an output was not written.
        BaseException: what the function raised.

    """
    flags = {part.name: folder_flag(spec, part) for part in spec.outputs}
    optional = {part.name for part in spec.outputs if part.optional}
    with _staged(call, flags, journal) as staged, _work_folder(staged):
        folders = {name: staging.products for name, staging in staged.items()}
        function(**call.inputs, **folders, **call.options)
        refuse_missing(staged, optional, flags)
        for staging in staged.values():
            staging.publish()


@contextmanager
def _staged(call: Call, flags: dict[str, str], journal: Journal) -> Iterator[dict[str, Staging]]:
    """A staging folder for each output, gone at the end."""
    with ExitStack() as stack:
        staged = {name: Staging(output) for name, output in call.outputs.items()}
        for name, staging in staged.items():
            journal.note_staging(staging.root)
            stack.callback(staging.remove)
            staging.create(flags[name])
        yield staged


@contextmanager
def _work_folder(staged: dict[str, Staging]) -> Iterator[None]:
    """Temporary files, the working directory and HOME lie inside the volume: nothing else may be written there."""
    if not staged:
        yield
        return
    work = next(iter(staged.values())).work
    before, variables = Path.cwd(), {name: os.environ.get(name) for name in ("TMPDIR", "HOME")}
    os.environ |= dict.fromkeys(variables, str(work))
    if "tempfile" in sys.modules:
        sys.modules["tempfile"].tempdir = None  # type: ignore[attr-defined] # it remembers its first answer
    os.chdir(work)
    try:
        yield
    finally:
        os.chdir(before)
        for name, value in variables.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})

"""In the child: target and arguments become the function's call, its products in place, and an Outcome."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from hookkit.contract import DESCRIBE_FLAG, HELP_FLAGS
from hookkit.errors import HookkitError
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
    target, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if {DESCRIBE_FLAG, *HELP_FLAGS} & set(rest):
        return _answer(target, rest)
    configure_logging()
    try:
        function, spec = find_hook(target)
        run_hook(function, spec, read_call(spec, rest, os.environ), journal)
    except BaseException as error:  # noqa: BLE001 - whatever a hook raises becomes its outcome
        outcome = Outcome.of(error)
        log_outcome(outcome)
        return outcome
    return Outcome()


def _answer(target: str, arguments: list[str]) -> Outcome:
    """`--describe` and `--help`: an answer on stdout, or why there is none, in plain words, on stderr."""
    try:
        with _stdout_kept() as stdout:
            _, spec = find_hook(target)
            stdout.write(_description(spec) if DESCRIBE_FLAG in arguments else _usage(spec))
    except HookkitError as error:
        sys.stderr.write(f"{error}\n")
        return Outcome.of(error)
    return Outcome()


def _description(spec: HookSpec) -> str:
    import json

    return json.dumps(spec.to_json(), ensure_ascii=False) + "\n"


def _usage(spec: HookSpec) -> str:
    from hookkit.runtime.usage import render_usage

    return render_usage(spec)


@contextmanager
def _stdout_kept() -> Iterator[Any]:
    """The real stdout, while what the author's module prints when it is imported goes to stderr."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as stdout:
        os.dup2(2, 1)
        yield stdout


def run_hook(function: Callable[..., Any], spec: HookSpec, call: Call, journal: Journal) -> None:
    """Call the function with its outputs staged, check what it wrote, and put it in place.

    Raises:
        CallError: an output folder can't be written.
        OutputError: an output was not written, or can't be put in place.
        BaseException: what the function raised.

    """
    flags = {part.name: folder_flag(spec, part) for part in spec.outputs}
    optional = {part.name for part in spec.outputs if part.optional}
    with _staged(call, flags, journal) as staged, _work_folder(staged):
        folders = {name: staging.products for name, staging in staged.items()}
        _call(function, call, folders)
        refuse_missing(staged, optional, flags)
        for name, staging in staged.items():
            staging.publish(flags[name])


def _call(function: Callable[..., Any], call: Call, folders: Mapping[str, Path]) -> None:
    try:
        function(**call.inputs, **folders, **call.options)
    except SystemExit as error:
        if error.code not in {None, 0}:
            raise  # sys.exit(0) is a way to be done: its products count


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
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})

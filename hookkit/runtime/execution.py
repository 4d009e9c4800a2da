"""In the child: target and arguments become the function's call, its products in place, and an Outcome."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from hookkit.context import HookContext
from hookkit.contract import (
    DESCRIBE_FLAG,
    ERROR_FILE,
    HELP_FLAGS,
    OPTION_VARIABLE,
    RESULTS_FILE,
    STAGING_PREFIX,
    VOLUME,
)
from hookkit.errors import HookkitError
from hookkit.runtime.call import Call, read_call
from hookkit.runtime.command_line import folder_flag
from hookkit.runtime.folders import matched
from hookkit.runtime.journal import Journal
from hookkit.runtime.logs import configure_logging, log_outcome, mask_prints
from hookkit.runtime.outcome import Outcome
from hookkit.runtime.products import Staging, refuse_missing, refuse_reserved
from hookkit.runtime.results import collect_results, write_results, write_results_file
from hookkit.runtime.stopping import stop_request
from hookkit.runtime.target import find_hook
from hookkit.secret import MASK
from hookkit.spec import HookSpec


def execute(arguments: list[str], journal: Journal) -> Outcome:
    """Do what the container's command line asks for; never raises."""
    target, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    variables = take_option_variables()
    if {DESCRIBE_FLAG, *HELP_FLAGS} & set(rest):
        return _answer(target, rest)
    configure_logging()
    try:
        function, spec = find_hook(target)
        call = read_call(spec, rest, variables)
        if spec.secrets:
            mask_prints()
        return Outcome(results=run_hook(function, spec, call, journal))
    except BaseException as error:  # noqa: BLE001 - whatever a hook raises becomes its outcome
        outcome = Outcome.of(error).masked(MASK.hide)
        log_outcome(outcome)
        return outcome


def take_option_variables() -> dict[str, str]:
    """The values that the environment gives, taken out of it.

    Secrets among them are then in the hook's hands alone: neither a child nor its module, while imported, has them.
    """
    return {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(OPTION_VARIABLE)}


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


def run_hook(function: Callable[..., Any], spec: HookSpec, call: Call, journal: Journal) -> dict[str, Any]:
    """Call the function with its outputs staged, check what it wrote, and put it in place; its results by name.

    Raises:
        CallError: an output folder can't be written.
        OutputError: an output was not written or can't be put in place, or a result is not what was declared.
        BaseException: what the function raised.

    """
    flags = {part.name: folder_flag(spec, part) for part in spec.outputs}
    optional = {part.name for part in spec.outputs if part.optional}
    with (
        _staged(call, flags, journal) as staged,
        _work_folder(staged, journal) as work,
        _context(spec, work) as context,
    ):
        folders = {name: staging.products for name, staging in staged.items()}
        inputs = {part.name: matched(part, call.inputs[part.name]) for part in spec.inputs}
        returned = _call(function, {**inputs, **folders, **call.options, **call.secrets, **context})
        refuse_missing(staged, optional, flags)
        results = collect_results(spec, returned)
        refuse_reserved(staged, {ERROR_FILE, *([RESULTS_FILE] if results.values else [])})
        if results.values and staged:
            write_results_file(next(iter(staged.values())).products, results)
        for name, staging in staged.items():
            staging.publish(flags[name])
        if call.results is not None:
            write_results(call.results, results)
    return dict(results.values)


def _call(function: Callable[..., Any], values: Mapping[str, Any]) -> object:
    try:
        return function(**values)
    except SystemExit as error:
        if error.code not in {None, 0}:
            raise
        return None  # sys.exit(0) is a way to be done: its products count


@contextmanager
def _context(spec: HookSpec, work: Path) -> Iterator[dict[str, HookContext]]:
    """The HookContext, by the name of the parameter that asks for it."""
    if not spec.context:
        yield {}
        return
    from hookkit.runtime.progress import ProgressReporter

    with ProgressReporter() as reporter:
        yield {spec.context: HookContext(work, progress=reporter, stop_request=stop_request)}


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
def _work_folder(staged: dict[str, Staging], journal: Journal) -> Iterator[Path]:
    """Temporary files, the working directory and HOME lie inside the volume: nothing else may be written there."""
    if staged:
        with _lived_in(next(iter(staged.values())).work) as work:
            yield work
        return
    from tempfile import TemporaryDirectory

    in_container = os.access(VOLUME, os.W_OK)
    home = TemporaryDirectory(prefix=STAGING_PREFIX, dir=VOLUME if in_container else None)
    journal.note_temporary(Path(home.name))
    with home as folder, _lived_in(Path(folder)) as work:
        yield work


@contextmanager
def _lived_in(work: Path) -> Iterator[Path]:
    before, variables = Path.cwd(), {name: os.environ.get(name) for name in ("TMPDIR", "HOME")}
    os.environ |= dict.fromkeys(variables, str(work))
    if "tempfile" in sys.modules:
        sys.modules["tempfile"].tempdir = None  # type: ignore[attr-defined] # it remembers its first answer
    os.chdir(work)
    try:
        yield work
    finally:
        os.chdir(before)
        for name, value in variables.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})

"""The author's arguments, or the project's own sample data, become the call that a hook is tried with."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hookkit.errors import CallError, Problem
from hookkit.project import Project
from hookkit.runtime.call import Call, read_call
from hookkit.runtime.command_line import Given, flags_of, folder_flag, read_flags
from hookkit.runtime.folders import matched
from hookkit.spec import HookSpec, InputSpec

#: Where projects keep an input to try the hook with: `hookkit new` makes the first.
SAMPLE_FOLDERS: Final = ("data", "tests/data", "input")
#: What the battery sets itself, or what would keep the hook from working.
_LEFT_OUT: Final = frozenset({"output", "outputs", "results", "help", "describe"})
_NOWHERE: Final = "/nonexistent/hookkit"


@dataclass(frozen=True)
class Sample:
    """A call that a hook accepts.

    Attributes:
        call: with the author's own inputs; its outputs are nowhere.
        source: where the inputs come from, in words.

    """

    call: Call
    source: str


@dataclass(frozen=True)
class NoSample:
    """There is no such call: nobody gave what these problems name."""

    problems: tuple[Problem, ...]


def find_sample(
    project: Project, spec: HookSpec, arguments: list[str], environ: Mapping[str, str] = os.environ
) -> Sample | NoSample:
    """Find what a hook can be tried with.

    Args:
        arguments: the hook's own, as the author gave them; inputs that are missing are looked for in the project.

    Raises:
        CallError: the arguments are wrong.

    """
    given, problems = read_flags(arguments, flags_of(spec))
    if problems:
        raise CallError(*problems)
    kept = [one for one in given if one.flag.role not in _LEFT_OUT]
    places = _sample_places(project, spec, kept)
    try:
        call = read_call(spec, [*map(_argument, kept), *_places(spec, places)], environ)
    except CallError as error:
        if arguments:
            raise
        return NoSample(error.problems)
    return Sample(call, _source(project, [*places.values()]))


def _argument(one: Given) -> str:
    return f"{one.spelled}={one.text}" if one.flag.takes_text else one.spelled


def _places(spec: HookSpec, inputs: Mapping[str, Path]) -> Iterator[str]:
    yield from (f"{folder_flag(spec, part)}={inputs[part.name]}" for part in spec.inputs if part.name in inputs)
    yield from (f"{folder_flag(spec, part)}={_NOWHERE}/{part.name}" for part in spec.outputs)


def _source(project: Project, places: list[Path]) -> str:
    """Where inputs come from: what the project's own have in common, or the author."""
    return Path(os.path.commonpath(places)).relative_to(project.root).as_posix() if places else "the arguments"


# ---------------------------------------------------------------- the project's own


def _sample_places(project: Project, spec: HookSpec, given: list[Given]) -> dict[str, Path]:
    """Where the inputs lie that nobody gave: in the first folder of samples that has all that are needed."""
    if any(one.flag.role == "inputs" for one in given):
        return {}
    named = {one.flag.name for one in given if one.flag.role == "input"}
    wanted = [part for part in spec.inputs if part.name not in named]
    for root in (project.root / name for name in SAMPLE_FOLDERS):
        found = {part.name: place for part in wanted if (place := _sample_of(root, part, alone=len(spec.inputs) == 1))}
        if found and all(part.name in found or part.optional for part in wanted):
            return found
    return {}


def _sample_of(root: Path, part: InputSpec, *, alone: bool) -> Path | None:
    return next((place for place in _candidates(root, part, alone=alone) if _fits(part, place)), None)


def _candidates(root: Path, part: InputSpec, *, alone: bool) -> Iterator[Path]:
    """`data/<name>`, `data/<name>.tif`; for a hook of one input also the only folder in `data`, and `data` itself."""
    if not root.is_dir():
        return
    yield root / part.name
    yield from sorted(root.glob(f"{part.name}.*"))
    if alone and not part.optional:
        entries = [entry for entry in root.iterdir() if not entry.name.startswith(".")]
        if len(entries) == 1 and entries[0].is_dir():
            yield entries[0]
        if entries:
            yield root


def _fits(part: InputSpec, place: Path) -> bool:
    return place.exists() and (not part.glob or bool(matched(part.replace(many=True), place)))

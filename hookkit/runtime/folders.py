"""The folders that a command line names become the places of a hook's inputs and outputs, each as it has to be."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from hookkit.contract import ERROR_FILE, INPUT_FLAGS, INPUT_ROOT, OUTPUT_FLAGS, STAGING_PREFIX
from hookkit.errors import Problem, shown
from hookkit.runtime.command_line import Given, folder_flag
from hookkit.spec import HookSpec, InputSpec, OptionSpec, OutputSpec, SecretSpec


def is_missing(part: InputSpec | OutputSpec | OptionSpec | SecretSpec, when: str = "") -> str:
    """What is said of a part that nobody gave, or nobody where it is needed."""
    words = f"is missing, and needed {when}" if when else "is missing"
    return f"{words} ({part.description})" if part.description else words


def read_inputs(spec: HookSpec, given: list[Given], problems: list[Problem]) -> dict[str, Path | None]:
    """Where each input lies, None where it was left out; mistakes are added to the problems."""
    places = _places(given, "input", [part.name for part in spec.inputs])
    return {part.name: _read_input(spec, part, places.get(part.name), problems) for part in spec.inputs}


def _places(given: list[Given], role: str, names: list[str]) -> dict[str, Path]:
    """Where each named folder is said to be: `--input DIR` means DIR/<name> where there are several."""
    parents = [one.text for one in given if one.flag.role == f"{role}s"]
    below = {name: Path(parents[0], name) for name in names} if parents else {}
    return below | {one.flag.name: Path(one.text) for one in given if one.flag.role == role}


def _read_input(spec: HookSpec, part: InputSpec, place: Path | None, problems: list[Problem]) -> Path | None:
    flag = folder_flag(spec, part)
    if place is None:
        if not part.optional:
            problems.append(_missing(flag, part, INPUT_FLAGS[0], several=len(spec.inputs) > 1))
        return None
    try:
        if place.exists():
            problems += _unmatched(flag, part, place)
            return place.absolute()
    except OSError as error:
        problems.append(
            Problem(flag, f"{shown(str(place))} can't be read: {error.strerror}", "give a path that exists")
        )
        return None
    # The manifest names the place of every input, also of an optional one that the order left out.
    if not (part.optional and place.is_relative_to(INPUT_ROOT)):
        problems.append(Problem(flag, f"{shown(str(place))} does not exist", "give a folder or file that exists"))
    return None


def matched(part: InputSpec, place: Path | None) -> Path | list[Path] | None:
    """What the function gets of an input: the path itself, or what its glob matches below it."""
    if not part.glob:
        return place
    found = sorted(place.glob(part.glob)) if place is not None and place.is_dir() else []
    return found if part.many else next(iter(found), None)


def _unmatched(flag: str, part: InputSpec, place: Path) -> list[Problem]:
    """What is wrong with the matches of an input's glob."""
    if not part.glob:
        return []
    if not place.is_dir():
        return [Problem(flag, f"{shown(str(place))} is no folder", f"give the folder that holds {part.glob}")]
    found = matched(part.replace(many=True), place)
    count = len(found) if isinstance(found, list) else 0
    if count == 0 and not part.optional:
        return [Problem(flag, f"{shown(str(place))} holds nothing that matches {part.glob}", "give another folder")]
    if count > 1 and not part.many:
        return [Problem(flag, f"{shown(str(place))} holds {count} paths that match {part.glob}", "leave one of them")]
    return []


def read_outputs(spec: HookSpec, given: list[Given], problems: list[Problem]) -> dict[str, Path]:
    """Where each output goes; mistakes are added to the problems."""
    places = _places(given, "output", [part.name for part in spec.outputs])
    for part in spec.outputs:
        flag = folder_flag(spec, part)
        place = places.get(part.name)
        if place is None:
            problems.append(_missing(flag, part, OUTPUT_FLAGS[0], several=len(spec.outputs) > 1))
        elif what := _unfit_as_folder(part, place):
            problems.append(Problem(flag, f"{shown(str(place))} {what}", "give a folder, which may not exist yet"))
    problems += _outputs_in_one_place(spec, places)
    return {name: place.absolute() for name, place in places.items()}


def _outputs_in_one_place(spec: HookSpec, places: Mapping[str, Path]) -> Iterator[Problem]:
    """Outputs that would replace each other's products."""
    taken: dict[Path, str] = {}
    for part in spec.outputs:
        if part.name not in places:
            continue
        flag = folder_flag(spec, part)
        first = taken.setdefault(places[part.name].absolute(), flag)
        if first != flag:
            yield Problem(flag, f"{shown(str(places[part.name]))} is the folder of {first}, too", "give another folder")


def _unfit_as_folder(part: OutputSpec, place: Path) -> str:
    """Why an output can't go there; "" where it can."""
    try:
        return "is no folder" if place.exists() and not place.is_dir() else _refused_as_existing(part, place)
    except OSError as error:
        return f"can't be a folder: {error.strerror}"


def _refused_as_existing(part: OutputSpec, place: Path) -> str:
    """Why an output that is not to be replaced can't go there; "" where it can."""
    if part.existing != "refuse" or not place.is_dir():
        return ""
    ours = (STAGING_PREFIX, ERROR_FILE)
    earlier = next((entry.name for entry in sorted(place.iterdir()) if not entry.name.startswith(ours)), None)
    return f"holds an earlier output, {shown(earlier)}, which this hook does not replace" if earlier else ""


def _missing(flag: str, part: InputSpec | OutputSpec, common: str, *, several: bool) -> Problem:
    remedy = f"write {flag}=PATH" + (f", or {common}=PATH for the folder above all" if several else "")
    return Problem(flag, is_missing(part), remedy)

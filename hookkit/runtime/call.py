"""Command line, environment, config file and defaults become a Call: every value that the function gets, checked.

An earlier source wins over a later one. Every mistake is reported at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from hookkit.contract import (
    CONFIG_FLAG,
    ERROR_FILE,
    INPUT_FLAGS,
    INPUT_ROOT,
    OPTION_VARIABLE,
    OUTPUT_FLAGS,
    SECRET_FILE_SUFFIX,
    STAGING_PREFIX,
    is_platform_key,
)
from hookkit.errors import CallError, Problem, shown
from hookkit.record import Record
from hookkit.runtime.command_line import PLACES, Given, flags_of, folder_flag, read_flags, suggestion
from hookkit.runtime.config import load_config
from hookkit.secret import MASK, Secret
from hookkit.spec import HookSpec, InputSpec, OptionSpec, OutputSpec, SecretSpec


class Call(Record):
    """What a function is called with; paths are absolute."""

    inputs: Mapping[str, Path | None] = MappingProxyType({})
    outputs: Mapping[str, Path] = MappingProxyType({})
    options: Mapping[str, Any] = MappingProxyType({})
    secrets: Mapping[str, Secret | None] = MappingProxyType({})
    #: Where results go, a file each; None where nobody asks for files.
    results: Path | None = None


class Sourced(NamedTuple):
    """A value as it came: the source in words, and the texts of it, or JSON where it came from a config file."""

    source: str
    value: Any
    is_json: bool


def read_call(spec: HookSpec, arguments: list[str], environ: Mapping[str, str]) -> Call:
    """Read all sources into a Call.

    Raises:
        CallError: every mistake of the call: where, what, what to do.

    """
    given, problems = read_flags(arguments, flags_of(spec))
    problems += _empty_places(given)
    config = _read_config(given, problems)
    inputs = _read_inputs(spec, given, problems)
    outputs = _read_outputs(spec, given, problems)
    sources = _sources(spec, given, environ, config, problems)
    options = {option.name: _read_option(option, sources.get(option.name), problems) for option in spec.options}
    secrets = {secret.name: _read_secret(secret, sources.get(secret.name), problems) for secret in spec.secrets}
    results = next((Path(one.text).absolute() for one in given if one.flag.role == "results"), None)
    if problems:
        raise CallError(*problems)
    return Call(inputs, outputs, options, secrets, results)


def option_variable(name: str) -> str:
    """The variable of an option or a secret: `HOOKKIT_OPTION_PRODUCT_NAME`."""
    return OPTION_VARIABLE + name.upper()


def _empty_places(given: list[Given]) -> list[Problem]:
    # The empty path would mean the working directory, which nobody named.
    empty = [one.spelled for one in given if one.text == "" and one.flag.role in PLACES]
    return [Problem(spelled, "is empty", f"write {spelled}=PATH") for spelled in empty]


def _read_config(given: list[Given], problems: list[Problem]) -> dict[str, Any]:
    paths = [one.text for one in given if one.flag.role == "config"]
    try:
        return load_config(Path(paths[0])) if paths and paths[0] else {}
    except CallError as error:
        problems += error.problems
        return {}


# ---------------------------------------------------------------- inputs and outputs


def _read_inputs(spec: HookSpec, given: list[Given], problems: list[Problem]) -> dict[str, Path | None]:
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


def _read_outputs(spec: HookSpec, given: list[Given], problems: list[Problem]) -> dict[str, Path]:
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
    return Problem(flag, _is_missing(part), remedy)


def _is_missing(part: InputSpec | OutputSpec | OptionSpec | SecretSpec) -> str:
    return f"is missing ({part.description})" if part.description else "is missing"


# ---------------------------------------------------------------- options


def _sources(
    spec: HookSpec,
    given: list[Given],
    environ: Mapping[str, str],
    config: Mapping[str, Any],
    problems: list[Problem],
) -> dict[str, Sourced]:
    """Each option's value from the first source that has one."""
    secrets = {secret.name for secret in spec.secrets}
    names = {option.name for option in spec.options} | secrets
    found: dict[str, Sourced] = {}
    for source in (
        _from_config(config, names, problems),
        _from_files(environ, secrets, problems),
        _from_environment(environ, names, secrets, problems),
    ):
        # An empty secret is none, and must not hide what another source has.
        found |= {name: one for name, one in source if name not in secrets or one.value not in ("", [""])}
    return found | _from_flags(given, problems)


def _from_flags(given: list[Given], problems: list[Problem]) -> dict[str, Sourced]:
    texts: dict[str, Sourced] = {}
    for one in given:
        if one.flag.role == "secret":
            remedy = f"set {option_variable(one.flag.name)}, or {option_variable(one.flag.name)}{SECRET_FILE_SUFFIX}"
            problems.append(Problem(one.spelled, "is a secret, which everybody sees on a command line", remedy))
        elif one.flag.role == "option":
            earlier = texts[one.flag.name].value if one.flag.name in texts else []
            texts[one.flag.name] = Sourced(one.spelled, [*earlier, one.text], is_json=False)
    return texts


def _from_files(
    environ: Mapping[str, str], secrets: set[str], problems: list[Problem]
) -> Iterator[tuple[str, Sourced]]:
    """Secrets that lie in files, as Kubernetes mounts them."""
    for name in secrets:
        variable = option_variable(name) + SECRET_FILE_SUFFIX
        if path := environ.get(variable):
            try:
                text = Path(path).read_text(encoding="utf-8").removesuffix("\n")
                yield name, Sourced(f"file, {variable}", [text], is_json=False)
            except (OSError, UnicodeDecodeError) as error:
                words = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
                problems.append(Problem(variable, f"{shown(path)} can't be read: {words}", "mend the mount"))


def _from_config(config: Mapping[str, Any], names: set[str], problems: list[Problem]) -> Iterator[tuple[str, Sourced]]:
    seen: set[str] = set()
    for key, value in config.items():
        name = key.replace("-", "_")
        if name in seen:
            problems.append(Problem(f"{CONFIG_FLAG}, {shown(key)}", "is given more than once", "give it once"))
        seen.add(name)
        if name in names:
            yield name, Sourced(f"config file, {key}", value, is_json=True)
        elif not is_platform_key(key):
            problems.append(_no_such_option(f"{CONFIG_FLAG}, {shown(key)}", key, names, problems))


def _from_environment(
    environ: Mapping[str, str], names: set[str], secrets: set[str], problems: list[Problem]
) -> Iterator[tuple[str, Sourced]]:
    by_variable = {option_variable(name): name for name in names}
    files = {option_variable(name) + SECRET_FILE_SUFFIX for name in secrets}
    for variable, text in environ.items():
        if variable in by_variable:
            yield by_variable[variable], Sourced(f"environment, {variable}", [text], is_json=False)
        elif variable.startswith(OPTION_VARIABLE) and variable not in files:
            problems.append(_no_such_option(variable, variable, by_variable, problems))


def _no_such_option(where: str, name: str, names: Iterable[str], earlier: list[Problem]) -> Problem:
    remedy = suggestion(name, names, earlier) or f"the hook has {', '.join(sorted(names)) or 'no options'}"
    return Problem(where, "no such option", remedy)


def _read_option(option: OptionSpec, sourced: Sourced | None, problems: list[Problem]) -> Any:
    if sourced is None:
        if option.required:
            problems.append(
                Problem(option.flag, _is_missing(option), f"write {option.flag}=VALUE, which is {option.type}")
            )
            return None
        return option.default_value
    try:
        return (option.type.load if sourced.is_json else option.type.read_all)(sourced.value)
    except ValueError as error:
        where = sourced.source if sourced.source.startswith("--") else f"{option.flag} ({sourced.source})"
        plain = option.type.choices or option.type.kind == "bool"
        remedy = "" if plain else f"give {option.type}"
        value = sourced.value if sourced.is_json or len(sourced.value) > 1 else sourced.value[0]
        problems.append(Problem(where, f"{shown(value)} {error}", remedy))
        return None


def _read_secret(secret: SecretSpec, sourced: Sourced | None, problems: list[Problem]) -> Secret | None:
    """A secret; what is wrong with it is said without showing it."""
    variable = option_variable(secret.name)
    if sourced is None:
        if secret.required:
            remedy = f"set {variable}, or {variable}{SECRET_FILE_SUFFIX}"
            problems.append(Problem(f"secret {secret.name}", _is_missing(secret), remedy))
        return None
    text = sourced.value if sourced.is_json else sourced.value[0]
    if not isinstance(text, str):
        problems.append(Problem(f"secret {secret.name} ({sourced.source})", "is not text", "put it in quotes"))
        return None
    MASK.add(text)
    return Secret(text)

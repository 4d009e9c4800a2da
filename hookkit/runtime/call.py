"""Command line, environment, config file and defaults become a Call: every value that the function gets, checked.

An earlier source wins over a later one. Every mistake is reported at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from hookkit.contract import CONFIG_FLAG, OPTION_VARIABLE, PLATFORM_KEYS, SECRET_FILE_SUFFIX
from hookkit.errors import CallError, Problem, shown
from hookkit.record import Record
from hookkit.runtime.command_line import PLACES, Given, flags_of, read_flags, suggestion
from hookkit.runtime.config import load_config, read_values
from hookkit.runtime.folders import is_missing, read_inputs, read_outputs
from hookkit.secret import MASK, Secret
from hookkit.spec import Condition, HookSpec, OptionSpec, SecretSpec, words_of

#: In place of a value that is wrong: its problem is named already, and it decides nothing.
_WRONG: Final = object()


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
    inputs = read_inputs(spec, given, problems)
    outputs = read_outputs(spec, given, problems)
    sources = _sources(spec, given, environ, config, problems)
    options = {option.name: _read_option(option, sources.get(option.name), problems) for option in spec.options}
    secrets = {secret.name: _read_secret(secret, sources.get(secret.name), problems) for secret in spec.secrets}
    problems += _missing_at_times(spec, options, options | secrets)
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


def _read_config(given: list[Given], problems: list[Problem]) -> list[tuple[str, Any]]:
    paths = [one.text for one in given if one.flag.role == "config"]
    try:
        values, mistakes = read_values(load_config(Path(paths[0])) if paths and paths[0] else {})
    except CallError as error:
        values, mistakes = [], list(error.problems)
    problems += mistakes
    return values


# ---------------------------------------------------------------- options


def _sources(
    spec: HookSpec,
    given: list[Given],
    environ: Mapping[str, str],
    config: list[tuple[str, Any]],
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
        found |= {name: one for name, one in source if name not in secrets or one.value not in ("", [""], None)}
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


def _from_config(
    config: list[tuple[str, Any]], names: set[str], problems: list[Problem]
) -> Iterator[tuple[str, Sourced]]:
    seen: set[str] = set()
    for key, value in config:
        name = key.replace("-", "_")
        if name in seen:
            problems.append(Problem(f"{CONFIG_FLAG}, {shown(key)}", "is given more than once", "give it once"))
        seen.add(name)
        if name in names:
            yield name, Sourced(f"config file, {key}", value, is_json=True)
        elif key not in PLATFORM_KEYS:
            problems.append(_no_such_option(f"{CONFIG_FLAG}, {shown(key)}", key, names, problems, PLATFORM_KEYS))


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


def _no_such_option(
    where: str, name: str, names: Iterable[str], earlier: list[Problem], others: Iterable[str] = ()
) -> Problem:
    remedy = suggestion(name, [*names, *others], earlier) or f"the hook has {', '.join(sorted(names)) or 'no options'}"
    return Problem(where, "no such option", remedy)


def _read_option(option: OptionSpec, sourced: Sourced | None, problems: list[Problem]) -> Any:
    if sourced is None:
        if option.required:
            problems.append(_missing(option))
            return _WRONG
        return option.default_value
    try:
        return (option.type.load if sourced.is_json else option.type.read_all)(sourced.value)
    except ValueError as error:
        where = sourced.source if sourced.source.startswith("--") else f"{option.flag} ({sourced.source})"
        plain = option.type.choices or option.type.kind == "bool"
        remedy = "" if plain else f"give {option.type}"
        value = sourced.value if sourced.is_json or len(sourced.value) > 1 else sourced.value[0]
        problems.append(Problem(where, f"{shown(value)} {error}", remedy))
        return _WRONG


def _read_secret(secret: SecretSpec, sourced: Sourced | None, problems: list[Problem]) -> Any:
    """A secret; what is wrong with it is said without showing it."""
    if sourced is None:
        if secret.required:
            problems.append(_missing(secret))
        return None
    text = sourced.value if sourced.is_json else sourced.value[0]
    if not isinstance(text, str):
        problems.append(Problem(f"secret {secret.name} ({sourced.source})", "is not text", "put it in quotes"))
        return _WRONG
    MASK.add(text)
    return Secret(text)


# ---------------------------------------------------------------- what is missing


def _missing(value: OptionSpec | SecretSpec, when: str = "") -> Problem:
    what = is_missing(value, when)
    if isinstance(value, OptionSpec):
        return Problem(value.flag, what, f"write {value.flag}=VALUE, which is {value.type}")
    variable = option_variable(value.name)
    return Problem(f"secret {value.name}", what, f"set {variable}, or {variable}{SECRET_FILE_SUFFIX}")


def _missing_at_times(spec: HookSpec, options: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Problem]:
    """What this call can't do without, though another one could."""
    for value in spec.options_and_secrets:
        if value.required_when and values[value.name] is None and _holds(spec, value.required_when, options):
            yield _missing(value, words_of(value.required_when))


def _holds(spec: HookSpec, condition: Condition, options: Mapping[str, Any]) -> bool:
    """Whether all options that a condition names have been read, and have its values."""
    read = {one.name: one.type for one in spec.options if options[one.name] is not _WRONG}
    return all(
        name in read and read[name].write(options[name]) == read[name].write(read[name].load(wanted))
        for name, wanted in condition
    )

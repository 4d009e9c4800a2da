"""Values by name, as a test has them, become a hook's command line, and its secrets variables."""

import dataclasses
import json
import os
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final

from hookkit.contract import CONFIG_FLAG
from hookkit.datatypes import did_you_mean, kind_of
from hookkit.errors import Problem, shown
from hookkit.runtime.call import option_variable
from hookkit.runtime.command_line import render_arguments
from hookkit.scalars import SCALARS
from hookkit.secret import Secret
from hookkit.spec import HookSpec, OptionSpec

#: pytest shows a failure at the line of the test, and none of ours (--full-trace does).
__tracebackhide__ = True

_PLAIN: Final = (str, int, float)


@dataclasses.dataclass(frozen=True)
class HookCall:
    """A call of a hook, not yet checked.

    Attributes:
        arguments: as the container takes them.
        variables: the secrets, which are never on a command line.
        outputs: the folder of each output, whether it was given or not.

    """

    arguments: tuple[str, ...]
    variables: Mapping[str, str]
    outputs: Mapping[str, Path]


def make_call(spec: HookSpec, values: Mapping[str, Any], outputs: Path, config_file: str | Path | None) -> HookCall:
    """Tell inputs, outputs, options and secrets apart; an output that was not given lies below `outputs`.

    Raises:
        TypeError: the hook has no such name, or a value is none that a hook could get; all of them.

    """
    texts = _option_texts(spec, values)
    given = {name: value for name, value in values.items() if value is not None}
    inputs = {one.name: os.path.abspath(given[one.name]) for one in spec.inputs if one.name in given}  # noqa: PTH100
    folders = {one.name: Path(given.get(one.name, outputs / one.name)).absolute() for one in spec.outputs}
    config = [] if config_file is None else [f"{CONFIG_FLAG}={Path(config_file).absolute()}"]
    arguments = render_arguments(spec, inputs, {name: str(folder) for name, folder in folders.items()}, texts)
    secrets = {option_variable(one.name): _revealed(given[one.name]) for one in spec.secrets if one.name in given}
    return HookCall((*arguments, *config), secrets, folders)


def _option_texts(spec: HookSpec, values: Mapping[str, Any]) -> dict[str, str]:
    options = {option.name: option for option in spec.options}
    names = [one.name for part in (spec.inputs, spec.outputs, spec.options, spec.secrets) for one in part]
    problems = [_no_such_name(name, names) for name in values if name not in names]
    texts: dict[str, str] = {}
    for name in options.keys() & values.keys():
        try:
            texts[name] = _text(options[name], values[name])
        except TypeError as error:
            problems.append(Problem(f"run_hook({name}=...)", str(error), f"give {options[name].type}"))
    if problems:
        raise TypeError("\n".join(map(str, problems)))
    return texts


def _no_such_name(name: str, names: list[str]) -> Problem:
    remedy = did_you_mean(name, names).removeprefix("; ") or f"it has {', '.join(names) or 'none at all'}"
    return Problem(f"run_hook({name}=...)", "the hook has no such input, output, option or secret", remedy)


def _text(option: OptionSpec, value: Any) -> str:
    """A value as it travels; one that the option does not take goes as it is, and the hook says what is wrong."""
    data = in_json(value)
    try:
        return option.type.write(option.type.load(data))
    except ValueError as error:
        if data is None or (option.type.repeats and not isinstance(data, list | str)):  # as text it would be an item
            msg = f"{shown(value)} {error}"
            raise TypeError(msg) from None
        return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)


def _revealed(value: Any) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)


def in_json(value: Any) -> Any:  # noqa: PLR0911 - a line a kind of value
    """A Python value in JSON's terms, as a config file would hold it.

    Raises:
        TypeError: it is nothing that a hook could get.

    """
    if isinstance(value, Enum):
        return in_json(value.value)
    if value is None or isinstance(value, _PLAIN):
        return value
    if kind := kind_of(type(value)):
        return SCALARS[kind].dump(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: in_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(in_json(key)): in_json(one) for key, one in value.items()}
    return _foreign(value)


def _foreign(value: Any) -> Any:
    """What libraries of the author make (pydantic, numpy), by the way out that they offer; else what has items."""
    if callable(dump := getattr(value, "model_dump", None)):
        return dump(mode="json")
    if callable(as_list := getattr(value, "tolist", None)):
        return in_json(as_list())
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        return [in_json(one) for one in value]
    msg = f"{shown(value)} is nothing that a hook could get"
    raise TypeError(msg)

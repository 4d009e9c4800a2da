"""A config file, JSON or TOML, becomes options' values by name; it may be a whole order of the platform's."""

import json
from pathlib import Path
from typing import Any

from hookkit.contract import CONFIG_FLAG, ORDER_OPTIONS
from hookkit.errors import CallError, Problem, shown


def load_config(path: Path) -> dict[str, Any]:
    """Read a config file: an object (JSON) or a table (TOML, by its suffix `.toml`) of options by name.

    Raises:
        CallError: it can't be read, or holds something else.

    """
    where = f"{CONFIG_FLAG} {path}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise CallError(Problem(where, f"can't be read: {_why(error)}", "give a JSON or TOML file")) from None
    try:
        data = _parse(text, path.suffix.lower())
    except (ValueError, RecursionError) as error:
        kind = "TOML" if path.suffix.lower() == ".toml" else "JSON (TOML has the suffix .toml)"
        raise CallError(Problem(where, f"is not {kind}: {error}", "mend the file")) from None
    if not isinstance(data, dict):
        raise CallError(Problem(where, "holds no object", 'write {"option": value, ...}'))
    return data


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)  # NUL in the path


def _parse(text: str, suffix: str) -> Any:
    if suffix == ".toml":
        import tomllib

        return tomllib.loads(text)
    return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_twins)


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's keys and values; JSON itself would let the last of two values win in silence."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            msg = f"{shown(key)} stands there more than once"
            raise ValueError(msg)
        found[key] = value
    return found


def _refuse_constant(name: str) -> Any:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


# ---------------------------------------------------------------- the platform's order


def read_values(data: dict[str, Any]) -> tuple[list[tuple[str, Any]], list[Problem]]:
    """What a config file holds -> names with values, as often as they stand there, and what is wrong with its shape.

    Options stand by their names, or in an order of the platform's, `{"WorkflowOptions": [{"Name": …, "Value": …}]}`,
    which may still be in the answer that the platform gave. No message shows a value: it may be a secret.
    """
    order = data["value"] if "@odata.context" in data and isinstance(data.get("value"), dict) else data
    if ORDER_OPTIONS not in order:
        return list(data.items()), []
    entries = order[ORDER_OPTIONS]
    if not isinstance(entries, list):
        return [], [_misshapen(ORDER_OPTIONS, "is no list")]
    # All names of the platform's are in capitals.
    beside = [key for key in order if not key[:1].isupper() and not key.startswith("@")]
    wrong = {number: what for number, entry in enumerate(entries) if (what := _unfit(entry))}
    return [(one["Name"], one["Value"]) for number, one in enumerate(entries) if number not in wrong], [
        *(_misshapen(shown(key), f"stands beside {ORDER_OPTIONS}, and not in it") for key in beside),
        *(_misshapen(f"{ORDER_OPTIONS}[{number}]", what) for number, what in wrong.items()),
    ]


def _misshapen(where: str, what: str) -> Problem:
    return Problem(f"{CONFIG_FLAG}, {where}", what, 'write [{"Name": "option", "Value": value}, ...]')


def _unfit(entry: Any) -> str:
    """What is wrong with the shape of an order's option; "" where nothing is."""
    if not isinstance(entry, dict) or not isinstance(entry.get("Name"), str):
        return "has no Name"
    if entry.keys() != {"Name", "Value"}:
        return f"has {', '.join(map(shown, entry))}, and not Name and Value alone"
    return ""

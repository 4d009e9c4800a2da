"""A config file, JSON or TOML, becomes a mapping of options' values."""

import json
from pathlib import Path
from typing import Any

from hookkit.errors import CallError, Problem, shown


def load_config(path: Path) -> dict[str, Any]:
    """Read a config file: an object (JSON) or a table (TOML, by its suffix `.toml`) of options by name.

    Raises:
        CallError: it can't be read, or holds something else.

    """
    where = f"--config-file {path}"
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

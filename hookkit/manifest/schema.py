"""A HookSpec becomes the JSON Schema (draft 2020-12) of an object that holds the hook's own options."""

import json
from collections.abc import Mapping
from typing import Any

from hookkit.contract import PLATFORM_KEYS
from hookkit.manifest.valueschema import value_schema
from hookkit.spec import Condition, HookSpec, OptionSpec, SecretSpec


def render_schema(spec: HookSpec) -> dict[str, Any]:
    """The schema that editors, forms and clients check a config file's options with.

    It takes what the container takes, in JSON's own terms (the container also reads texts that stand for numbers), but
    for secrets, which are never required: they may come from elsewhere. Properties stand in the order of the
    function's parameters; keys that the platform adds to an order pass, and are no properties for a form to show.
    """
    names = {value.name for value in spec.options_and_secrets}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": spec.title,
        "description": spec.description,
        "type": "object",
        "properties": {value.name: _property(value) for value in spec.options_and_secrets},
        "required": [option.name for option in spec.options if option.required],
        **_conditions(spec),
        "patternProperties": {f"^({'|'.join(sorted(PLATFORM_KEYS - names))})$": True},
        "additionalProperties": False,
    }
    return dict(_rooted(schema))


# ---------------------------------------------------------------- properties


def _property(value: OptionSpec | SecretSpec) -> dict[str, Any]:
    schema = _secret(value) if isinstance(value, SecretSpec) else value_schema(value.type)
    return {
        "title": value.name.replace("_", " ").strip().capitalize(),
        **({"description": value.description} if value.description else {}),
        **{keyword: one for keyword, one in schema.items() if keyword not in {"title", "description"}},
        **_on_forms(value),
    }


def _secret(secret: SecretSpec) -> dict[str, Any]:
    return {"type": "string" if secret.required else ["string", "null"]}


def _on_forms(value: OptionSpec | SecretSpec) -> dict[str, Any]:
    """What a form fills in, or hides."""
    if isinstance(value, SecretSpec):
        return {"format": "password", "writeOnly": True}
    return {} if value.required else {"default": value.default}


# ---------------------------------------------------------------- conditions


def _conditions(spec: HookSpec) -> dict[str, Any]:
    """What is required under a condition, all that has the same one together."""
    by_text: dict[str, tuple[Condition, list[str]]] = {}  # as text, for in Python 1 is True
    for option in spec.options:
        if option.required_when:
            _, names = by_text.setdefault(json.dumps(option.required_when), (option.required_when, []))
            names.append(option.name)
    rules = [{"if": _holds(spec, condition), "then": _present(names)} for condition, names in by_text.values()]
    return {"allOf": rules} if rules else {}


def _holds(spec: HookSpec, condition: Condition) -> dict[str, Any]:
    """A condition; what is not given has its default, so it need not be there where that is the value."""
    defaults = {option.name: option.default for option in spec.options if not option.required}
    given = [name for name, wanted in condition if name not in defaults or not _same(defaults[name], wanted)]
    constants = {name: {"const": wanted} for name, wanted in condition}
    return {"properties": constants, **({"required": given} if given else {})}


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where true is not 1."""
    return (type(one), one) == (type(other), other)


def _present(names: list[str]) -> dict[str, Any]:
    return {"required": names, "properties": {name: {"not": {"type": "null"}} for name in names}}


# ---------------------------------------------------------------- references


def _rooted(node: Any, pointer: str = "#", root: str = "#") -> Any:
    """A schema whose references hold here: those of pydantic's start at the root of a schema of its own."""
    if isinstance(node, list):
        return [_rooted(one, f"{pointer}/{number}", root) for number, one in enumerate(node)]
    if not isinstance(node, Mapping):
        return node
    root = pointer if "$defs" in node else root
    return {key: _rooted_value(key, value, pointer, root) for key, value in node.items()}


def _rooted_value(key: str, value: Any, pointer: str, root: str) -> Any:
    if key == "$ref":
        return value.replace("#", root, 1)
    if key == "properties":  # the keys below it are names, also where they look like keywords
        return {name: _rooted(one, f"{pointer}/properties/{name}", root) for name, one in value.items()}
    return value if key in {"default", "enum", "const"} else _rooted(value, f"{pointer}/{key}", root)

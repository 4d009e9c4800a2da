"""A HookSpec becomes the JSON Schema (draft 2020-12) of an object that holds the hook's own options."""

from collections.abc import Mapping
from typing import Any

from hookkit.spec import HookSpec, OptionSpec, SecretSpec


def render_schema(spec: HookSpec) -> dict[str, Any]:
    """The schema that editors, forms and clients check a config file or an order's options with."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": spec.title,
        "description": spec.description,
        "type": "object",
        "properties": {
            **{option.name: _property(option) for option in spec.options},
            **{secret.name: _secret(secret) for secret in spec.secrets},
        },
        "required": [option.name for option in spec.options if option.required],
        "additionalProperties": False,
    }
    return dict(_rooted(schema))


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
    return value if key in {"default", "enum", "const"} else _rooted(value, f"{pointer}/{key}", root)


def _secret(secret: SecretSpec) -> dict[str, Any]:
    """A secret is never required here: it may come from elsewhere than from a file of options."""
    description = {"description": secret.description} if secret.description else {}
    return {"type": "string", "format": "password", "writeOnly": True, **description}


def _property(option: OptionSpec) -> dict[str, Any]:
    description = {"description": option.description} if option.description else {}
    default = {} if option.required else {"default": option.default}
    return {**option.type.schema(), **description, **default}

"""A hook's options become parameters: what a submitter sets, what the template takes, what the container is told."""

from hookkit.datatypes import ValueType
from hookkit.manifest.fields import Manifest, given
from hookkit.manifest.wording import bounded_description, without_tags
from hookkit.spec import OptionSpec


def argument(option: OptionSpec) -> Manifest:
    """What stands in the workflow's arguments; without a default there is no value, and a submit without one fails."""
    return given(
        name=option.name,
        value=None if option.required else option.default_text,
        enum=_menu(option.type),
        description=without_tags(bounded_description(option)) or None,
    )


def parameter(option: OptionSpec) -> Manifest:
    """What stands in the template's inputs, where Argo calls a default by its name."""
    return given(name=option.name, default=None if option.required else option.default_text)


def tag(name: str) -> str:
    """What Argo puts a parameter's value in the place of."""
    return f"{{{{inputs.parameters.{name}}}}}"


def _menu(value_type: ValueType) -> list[str]:
    """The only texts that may travel, for Argo's menus; empty where there is no end of them."""
    choices = value_type.choices or ((True, False) if value_type.kind == "bool" else ())
    none = [value_type.write(None)] if choices and value_type.optional else []
    return [*map(value_type.write, choices), *none]

"""The parts of a hook must agree with each other, the command line and Argo: what does not is named."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hookkit.annotations import AnnotationError, read_default
from hookkit.contract import RESERVED_NAMES, SECRET_FILE_SUFFIX
from hookkit.datatypes import did_you_mean
from hookkit.errors import shown
from hookkit.parts import ContextPart, Part
from hookkit.spec import Condition, InputSpec, OptionSpec, OutputSpec, SecretSpec

#: The part's name ("" for the hook itself), what is wrong, what to do.
Disagreement = tuple[str, str, str]

#: Kubernetes takes 63 characters, and a CronWorkflow adds 11 (Argo).
_MAX_NAME: Final = 52
#: With a letter, so that a name is left when Kubernetes takes no underscore at the ends.
_HOOK_NAME: Final = re.compile(r"_*[A-Za-z][A-Za-z0-9_-]*")


def disagreements(name: str, parts: Sequence[Part]) -> Iterator[Disagreement]:
    """All that does not go together in a hook of this name (the platform's)."""
    yield from _hook_name(name)
    yield from _names(parts)
    yield from _switches(parts)
    yield from _variables(parts)


def _hook_name(name: str) -> Iterator[Disagreement]:
    if name and not (_HOOK_NAME.fullmatch(str(name)) and len(name) <= _MAX_NAME):
        remedy = f"use at most {_MAX_NAME} ASCII letters, digits, underscores and hyphens"
        yield "", f"{shown(name)} can't name a hook", remedy


def _names(parts: Sequence[Part]) -> Iterator[Disagreement]:
    """Names that Argo or the command line can't take."""
    for part in parts:
        if not part.name.isascii():
            yield part.name, "has a name that Argo can't take", "use ASCII letters, digits, underscores"
        elif part.name in RESERVED_NAMES and not _is_alone(part, parts):
            yield part.name, "has a name that the container's command line needs", "rename it"
    for second in [part for part in parts if isinstance(part, ContextPart)][1:]:
        yield second.name, "is a second HookContext", "leave one of them"


def _is_alone(part: Part, parts: Sequence[Part]) -> bool:
    """Whether it is the only input or the only output: then `--input` or `--output` is it, whatever its name."""
    return isinstance(part, InputSpec | OutputSpec) and sum(type(other) is type(part) for other in parts) == 1


def _switches(parts: Sequence[Part]) -> Iterator[Disagreement]:
    """An option whose flag turns another one off."""
    options = [part for part in parts if isinstance(part, OptionSpec)]
    switches = {f"no_{option.name}": option.name for option in options if option.type.kind == "bool"}
    for part in parts:
        if part.name in switches:
            yield part.name, f"has the flag that turns {switches[part.name]} off", "rename one of them"


def _variables(parts: Sequence[Part]) -> Iterator[Disagreement]:
    """Values that share a variable of the environment."""
    values = [part for part in parts if isinstance(part, OptionSpec | SecretSpec)]
    files = {f"{one.name.upper()}{SECRET_FILE_SUFFIX}": one.name for one in values if isinstance(one, SecretSpec)}
    variables: dict[str, str] = {}
    for value in values:
        first = variables.setdefault(value.name.upper(), value.name)
        if first != value.name:
            yield value.name, f"differs from {first} in upper and lower case alone", "rename one of them"
        if secret := files.get(value.name.upper()):
            yield value.name, f"has the variable that names the file of {secret}", "rename one of them"


# ---------------------------------------------------------------- conditions


def read_condition(value: OptionSpec | SecretSpec, options: Mapping[str, OptionSpec | None]) -> Condition:
    """When a value is required, in JSON's terms; of an option that is None (wrong itself), nothing can be said.

    Raises:
        AnnotationError: it can't be so; it names every mistake.

    """
    mistakes = [*_contradictions(value)]
    others = {name: option for name, option in options.items() if name != value.name}
    found = []
    for name, wanted in value.required_when:
        try:
            found.append((name, _wanted(name, wanted, others)))
        except AnnotationError as error:
            mistakes += error.mistakes
    if mistakes:
        raise AnnotationError(*mistakes)
    return tuple(found)


def _contradictions(value: OptionSpec | SecretSpec) -> Iterator[tuple[str, str]]:
    if value.required and value.asked_for is False:
        yield "is required, but is not asked for", "leave asked_for out, or give it a default"
    if value.required_when and value.required:
        yield "is required at all times, whatever required_when says", "write `| None = None`"
    elif value.required_when and isinstance(value, OptionSpec) and value.default is not None:
        what = f"has the default {shown(value.default)}, and so is never missing, whatever required_when says"
        yield what, "write `| None = None`, or asked_for=True in place of required_when"


def _wanted(name: Any, wanted: Any, options: Mapping[str, OptionSpec | None]) -> Any:
    """The value that an option must have, in JSON's terms."""
    if name not in options:
        remedy = did_you_mean(str(name), options).removeprefix("; ") or "name another option"
        raise AnnotationError((f"depends on {shown(name)}, which is no other option", remedy))
    option = options[name]
    if option is None:
        return wanted
    if not (option.type.choices or option.type.kind == "bool"):
        raise AnnotationError((f"depends on {name}, which is {option.type}", "depend on a Literal, an Enum or a bool"))
    try:
        return read_default(wanted, option.type)
    except AnnotationError:
        what = f"depends on {name} to be {shown(wanted)}, which it never is"
        raise AnnotationError((what, f"write what the function gets: {option.type}")) from None

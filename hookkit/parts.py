"""A parameter becomes the part of a hook that it declares: an input, an output, an option, a secret, the context."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hookkit.annotations import AnnotationError, read_default, read_type, split_markers, without_none
from hookkit.context import HookContext
from hookkit.errors import shown
from hookkit.markers import Input, Marker, Option, Output
from hookkit.record import Record
from hookkit.secret import Secret
from hookkit.signature import Empty, Parameter
from hookkit.spec import Condition, InputSpec, OptionSpec, OutputSpec, SecretSpec


class ContextPart(Record):
    """The parameter that gets the HookContext."""

    name: str


Part = InputSpec | OutputSpec | OptionSpec | SecretSpec | ContextPart


def read_part(parameter: Parameter) -> Part:
    """A parameter -> what it declares.

    Raises:
        AnnotationError: no hook can have it; it names every mistake.

    """
    name = parameter.name
    if parameter.unfit:
        raise AnnotationError((parameter.unfit, "name every parameter that the hook has"))
    if parameter.annotation is Empty:
        raise AnnotationError(("has no type", f"write {name}: Annotated[str, Option(...)]"))
    inner, markers = split_markers(parameter.annotation)
    if len(markers) > 1:
        kinds = " and ".join(type(marker).__name__ for marker in markers)
        raise AnnotationError((f"is {kinds} at once", "leave one of them"))
    marker = markers[0] if markers else None
    plain, _ = without_none(inner)
    if plain is HookContext:
        return ContextPart(name)
    if plain is Secret:
        return _read_secret(parameter, inner, marker)
    if isinstance(marker, Input):
        return _read_input(parameter, inner, marker)
    if isinstance(marker, Output):
        return _read_output(parameter, inner, marker)
    if marker is None and plain in (Path, list[Path]):
        remedy = f"write {name}: Annotated[Path, Input(...)], or Output(...), or Option(...)"
        raise AnnotationError(("is a Path, of which it isn't said whether it is read or written", remedy))
    return _read_option(parameter, inner, marker or Option())


def is_option(parameter: Parameter) -> bool:
    """Whether it is meant to be an option, and no folder."""
    inner, markers = split_markers(parameter.annotation)
    plain, _ = without_none(inner)
    return plain not in (Path, list[Path], Empty) and not any(isinstance(one, Input | Output) for one in markers)


def _read_input(parameter: Parameter, annotation: Any, marker: Input) -> InputSpec:
    inner, optional = without_none(annotation)
    if inner not in (Path, list[Path]):
        raise AnnotationError(("is an Input, but no Path", "write Annotated[Path, Input(...)]"))
    if parameter.default is not Empty and not (optional and parameter.default is None):
        remedy = "leave the default out, or write Path | None = None"
        raise AnnotationError(("is an Input with a default, which no container has", remedy))
    many = inner is not Path
    _refuse_glob(marker.glob)
    glob, product_types = marker.glob or ("*" if many else ""), _product_types(marker)
    return InputSpec(parameter.name, marker.description, optional, glob, many, product_types)


def _refuse_glob(pattern: str) -> None:
    parts = pattern.split("/")
    if pattern.startswith("/") or ".." in parts:
        raise AnnotationError((f"glob={pattern!r} leads out of the folder", "write it relative to the folder"))
    if any("**" in part and part != "**" for part in parts):
        raise AnnotationError((f"glob={pattern!r} has ** beside other signs", "write **/*.tif for any depth"))


def _read_output(parameter: Parameter, annotation: Any, marker: Output) -> OutputSpec:
    if annotation is not Path:
        raise AnnotationError(("is an Output, but no Path", "write Annotated[Path, Output(...)]"))
    if parameter.default is not Empty:
        raise AnnotationError(("is an Output with a default, which no container has", "leave the default out"))
    if marker.existing not in {"replace", "refuse"}:
        raise AnnotationError((f"existing={shown(marker.existing)}", 'write "replace" or "refuse"'))
    return OutputSpec(parameter.name, marker.description, marker.optional, marker.existing, _product_types(marker))


def _product_types(marker: Input | Output) -> tuple[str, ...]:
    types = marker.product_types
    if isinstance(types, tuple) and all(isinstance(one, str) and one for one in types):
        return types
    raise AnnotationError((f"product_types={shown(types)} are no names", 'write product_types=("GRD", ...)'))


def _read_secret(parameter: Parameter, annotation: Any, marker: Marker | None) -> SecretSpec:
    _, optional = without_none(annotation)
    if isinstance(marker, Input | Output) or (marker and marker.constraints.given()):
        raise AnnotationError(
            ("is a Secret, which has no bounds and no folder", 'write Annotated[Secret, Option("…")]')
        )
    if parameter.default is not Empty and not (optional and parameter.default is None):
        raise AnnotationError(("is a Secret with a default, which everybody could read", "write Secret | None = None"))
    option = marker or Option()
    required = parameter.default is Empty
    return SecretSpec(parameter.name, option.description, required, _condition(option), option.asked_for)


def _read_option(parameter: Parameter, annotation: Any, marker: Option) -> OptionSpec:
    value_type = read_type(annotation, marker.constraints)
    required = parameter.default is Empty
    default = None if required else read_default(parameter.default, value_type)
    description = marker.description or (value_type.json_schema or {}).get("description", "")
    return OptionSpec(parameter.name, value_type, description, required, default, _condition(marker), marker.asked_for)


def _condition(marker: Option) -> Condition:
    """When it is required, in the author's terms: those of JSON need the options that it depends on."""
    written: object = marker.required_when  # which an author may have made anything
    if isinstance(written, Mapping):
        return tuple(written.items())
    what = f"required_when={shown(written)} is no condition"
    raise AnnotationError((what, 'write required_when={"option": value}'))

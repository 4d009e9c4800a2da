"""An annotation becomes a ValueType: the part of the one reader of signatures that reads types."""

from collections.abc import Callable
from enum import Enum
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Optional, Union, get_args, get_origin, get_type_hints

from hookkit.composites import FIXED_TUPLE
from hookkit.constraints import Constraints, rule_for
from hookkit.datatypes import Field, ValueType, kind_of, text_of
from hookkit.errors import shown
from hookkit.markers import Marker, Option
from hookkit.scalars import SCALARS
from hookkit.travel import refuse_what_cannot_travel


class AnnotationError(Exception):
    """An annotation or default can't be what it says: for each mistake what is wrong, and what to write instead."""

    def __init__(self, *mistakes: tuple[str, str]) -> None:
        super().__init__(*mistakes)
        self.mistakes = mistakes


def read_type(annotation: Any, bounds: Constraints | None = None) -> ValueType:
    """An annotation and bounds -> the type of a value.

    Raises:
        AnnotationError: no such value can travel, or a bound has no meaning for it.

    """
    inner, optional = without_none(annotation)
    for reader in _READERS:
        if found := reader(inner):
            return found.replace(optional=optional, constraints=_fitting(bounds or Constraints(), found))
    raise AnnotationError((f"has the type {_type_name(inner)}, which can't travel", f"use one of {_known()}"))


def read_item(annotation: Any) -> ValueType:
    """The type of an item or a field, which may have bounds of its own: `Annotated[int, Option(ge=0)]`."""
    inner, markers = split_markers(annotation)
    return read_type(inner, next((one.constraints for one in markers if isinstance(one, Option)), None))


def split_markers(annotation: Any) -> tuple[Any, list[Marker]]:
    """`Annotated[T, ..., marker, ...]` -> T and its markers; a marker given as a class counts as an empty one.

    What is pydantic's stays with T.
    """
    present, optional = without_none(annotation)
    if optional and get_origin(present) is Annotated:  # Annotated[T, marker] | None
        inner, markers = split_markers(present)
        return Optional[inner], markers  # noqa: UP045 - the member is a value here
    if get_origin(annotation) is not Annotated:
        return annotation, []
    inner, *extras = get_args(annotation)
    found = [extra() if isinstance(extra, type) and issubclass(extra, Marker) else extra for extra in extras]
    foreign = [extra for extra in found if type(extra).__module__.partition(".")[0] in _PYDANTICS]
    if foreign:
        plain, optional = without_none(inner)
        inner = Annotated[(plain, *foreign)]
        inner = Optional[inner] if optional else inner  # noqa: UP045 - the member is a value here
    return inner, [extra for extra in found if isinstance(extra, Marker)]


def without_none(annotation: Any) -> tuple[Any, bool]:
    """`T | None` -> T, True; anything else -> itself, False."""
    if get_origin(annotation) in {Union, UnionType} and NoneType in get_args(annotation):
        rest = tuple(arg for arg in get_args(annotation) if arg is not NoneType)
        return (rest[0] if len(rest) == 1 else Union[rest]), True  # noqa: UP007 - the members are a value here
    if get_origin(annotation) is Literal and None in get_args(annotation):
        rest = tuple(arg for arg in get_args(annotation) if arg is not None)
        return Literal[rest], True
    return annotation, False


def _fitting(bounds: Constraints, found: ValueType) -> Constraints:
    """The bounds, if all of them have a meaning for a type."""
    mistakes = []
    for name, value in bounds.given().items():
        rule = None if found.choices else rule_for(name, found.kind)
        if rule is None:
            mistakes.append((f"{name} has no meaning for {found}", "leave it out"))
        elif not rule.is_bound(value):
            mistakes.append((f"{name}={shown(value)} is no bound", "mend Option(...)"))
    if mistakes:
        raise AnnotationError(*mistakes)
    return bounds


def _type_name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).replace("typing.", "")


def _known() -> str:
    names = [row.python.rpartition(".")[2] for row in SCALARS.values()]
    return ", ".join((*names, "Literal", "Enum", "list, tuple and dict of them", "a dataclass"))


def read_default(default: Any, value_type: ValueType) -> Any:
    """A default in JSON's terms; it must come back the same from the text that travels.

    Raises:
        AnnotationError: it doesn't, or is no such value.

    """
    try:
        dumped = value_type.dump(default)
        if value_type.read(value_type.write(default)) == value_type.load(dumped) == default:
            return dumped
        what = f"default {shown(default)} does not come back the same"
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        what = f"default {shown(default)} {error}"
    remedy = f"give one that is {value_type}" + (", or write `| None`" if default is None else "")
    raise AnnotationError((what, remedy))


def _hints_of(annotation: Any) -> dict[str, Any]:
    """The annotations of a class of the author's, resolved."""
    try:
        return get_type_hints(annotation, include_extras=True)
    except Exception as error:  # noqa: BLE001 - an annotation in quotes is code of the author's, and runs only here
        what = f"has the type {_type_name(annotation)}, which has an annotation that is no type: {error}"
        raise AnnotationError((what, "mend it")) from None


def _read_literal(annotation: Any) -> ValueType | None:
    if get_origin(annotation) is not Literal:
        return None
    values = get_args(annotation)
    if not all(map(_is_choice, values)):
        raise AnnotationError((f"has the type {_type_name(annotation)}, which can't travel", "use texts and numbers"))
    return _choices(values)


def _read_enum(annotation: Any) -> ValueType | None:
    if not (isinstance(annotation, type) and issubclass(annotation, Enum) and len(annotation)):
        return None
    names = tuple(member.name for member in annotation)
    values = tuple(member.value for member in annotation)
    try:
        if all(map(_is_choice, values)):
            return _choices(values).replace(names=names, python=annotation)
    except AnnotationError:
        pass
    return _choices(names).replace(python=annotation)  # values that can't travel: its members go by their names


_CHOICES: Final = frozenset({"str", "int", "float", "bool"})


def _is_choice(value: Any) -> bool:
    """Whether JSON has the value as it is."""
    return kind_of(type(value)) in _CHOICES and not (isinstance(value, float) and not isfinite(value))


def _choices(values: tuple[Any, ...]) -> ValueType:
    texts = [text_of(value) for value in values]
    mistakes = [(f"has two choices that are written {text!r}", "leave one out") for text in _repeated(texts)]
    for value, text in zip(values, texts, strict=True):
        try:
            refuse_what_cannot_travel(text)
        except ValueError as error:
            mistakes.append((f"choice {shown(value)} {error}", "choose another"))
    if mistakes:
        raise AnnotationError(*mistakes)
    kinds = {kind_of(type(value)) for value in values}
    return ValueType((kinds.pop() if len(kinds) == 1 else None) or "str", values)


def _repeated(texts: list[str]) -> list[str]:
    return sorted({text for text in texts if texts.count(text) > 1})


def _read_scalar(annotation: Any) -> ValueType | None:
    kind = kind_of(annotation)
    return ValueType(kind) if kind else None


def _read_sequence(annotation: Any) -> ValueType | None:
    if annotation is list or annotation is tuple:
        name = annotation.__name__
        raise AnnotationError((f"is a {name}, of which it isn't said of what", f"write {name}[str] or the like"))
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is list:
        return ValueType("list", items=(read_item(args[0]),))
    if origin is tuple and args[-1:] == (...,):
        return ValueType("tuple", items=(read_item(args[0]),))
    if origin is tuple and args:
        return ValueType(FIXED_TUPLE, items=tuple(read_item(arg) for arg in args))
    return None


def _read_dict(annotation: Any) -> ValueType | None:
    if annotation is dict:
        return ValueType("dict")
    if get_origin(annotation) is not dict:
        return None
    keys, values = get_args(annotation)
    if keys is not str:
        raise AnnotationError((f"is a dict with keys of {_type_name(keys)}", "write dict[str, ...], as JSON has it"))
    return ValueType("dict", items=() if values is Any else (read_item(values),))


#: Dataclasses that are being read, one inside the other.
_under_way: Final[list[type]] = []


def _read_dataclass(annotation: Any) -> ValueType | None:
    if not (isinstance(annotation, type) and hasattr(annotation, "__dataclass_fields__")) or _is_pydantic(annotation):
        return None
    import dataclasses  # the author's module has imported it

    if annotation in _under_way:
        what = f"has the type {annotation.__name__}, which holds itself"
        raise AnnotationError((what, "put it into an input file"))
    _under_way.append(annotation)
    try:
        hints = _hints_of(annotation)
        found = [_field(one, hints[one.name]) for one in dataclasses.fields(annotation) if one.init]
    finally:
        _under_way.pop()
    return ValueType("dataclass", fields=tuple(found), python=annotation)


def _field(one: Any, annotation: Any) -> Field:
    from dataclasses import MISSING

    try:
        field_type = read_item(annotation)
    except AnnotationError as error:
        raise _within(f"has a field {one.name!r}, which", error) from None
    if one.default is MISSING and one.default_factory is MISSING:
        return Field(one.name, field_type)
    default = one.default_factory() if one.default is MISSING else one.default
    try:
        return Field(one.name, field_type, required=False, default=read_default(default, field_type))
    except AnnotationError as error:
        raise _within(f"has a field {one.name!r}, whose", error) from None


def _within(words: str, error: AnnotationError) -> AnnotationError:
    """The mistakes of a part, as mistakes of the whole."""
    return AnnotationError(*((f"{words} {what}", remedy) for what, remedy in error.mistakes))


_PYDANTICS: Final = frozenset({"pydantic", "pydantic_core", "annotated_types"})


def _is_pydantic(annotation: Any) -> bool:
    """Whether a type is pydantic's, or made of one: a model, `HttpUrl`, `Annotated[int, Field(ge=1)]`, `A | B` of them.

    What pydantic only happens to understand is not: a hook must not change with what its libraries import.
    """
    if get_origin(annotation) is Annotated:  # only what is pydantic's was left in it
        return True
    own = hasattr(annotation, "__pydantic_core_schema__") or hasattr(annotation, "__get_pydantic_core_schema__")
    return own or any(map(_is_pydantic, get_args(annotation)))


def _read_pydantic(annotation: Any) -> ValueType | None:
    """A type of pydantic's, which is imported if the author has it."""
    if not _is_pydantic(annotation):
        return None
    try:
        from pydantic import TypeAdapter
        from pydantic.errors import PydanticUserError
    except ImportError:
        raise AnnotationError(("has bounds that need pydantic", "install it, or use Option(ge=...)")) from None
    try:
        adapter = TypeAdapter(annotation)
        return ValueType("pydantic", json_schema=adapter.json_schema(), python=adapter)
    except PydanticUserError:
        return None


_READERS: Final[tuple[Callable[[Any], ValueType | None], ...]] = (
    _read_literal,
    _read_enum,
    _read_scalar,
    _read_sequence,
    _read_dict,
    _read_dataclass,
    _read_pydantic,
)


def read_results(annotation: Any) -> dict[str, ValueType]:
    """The fields of a dataclass, NamedTuple or pydantic model that a function returns; nothing for None.

    Raises:
        AnnotationError: it returns something else; it names every mistake.

    """
    if annotation is None or annotation is NoneType:
        return {}
    names = _names_returned(annotation)
    if not names:
        remedy = "return None, a dataclass, a NamedTuple or a pydantic model"
        raise AnnotationError((f"returns {_type_name(annotation)}, which has no names", remedy))
    hints, found = _hints_of(annotation), {}
    mistakes: list[tuple[str, str]] = []
    for name in names:
        try:
            found[name] = read_item(hints[name])
        except AnnotationError as error:
            mistakes += _within(f"returns {name!r}, which", error).mistakes
    if mistakes:
        raise AnnotationError(*mistakes)
    return found


def _names_returned(annotation: Any) -> list[str]:
    if hasattr(annotation, "__dataclass_fields__"):
        import dataclasses  # the author's module has imported it

        return [one.name for one in dataclasses.fields(annotation)]
    fields: Any = getattr(annotation, "model_fields", None) or getattr(annotation, "_fields", ())
    return list(fields)

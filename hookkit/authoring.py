"""A Python function becomes a HookSpec: `@hook`, its markers, and the one and only reader of a signature."""

import re
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, Final, TypeVar, get_type_hints, overload

from hookkit.annotations import AnnotationError, read_default, read_results, read_type, split_markers, without_none
from hookkit.context import HookContext
from hookkit.contract import RESERVED_NAMES, SECRET_FILE_SUFFIX
from hookkit.datatypes import did_you_mean
from hookkit.errors import Problem, SignatureError, shown
from hookkit.markers import Input, Marker, Option, Output
from hookkit.record import Record
from hookkit.secret import Secret
from hookkit.spec import (
    EntryPoint,
    HookSpec,
    InputSpec,
    OptionSpec,
    OutputSpec,
    Quantity,
    Resources,
    ResultSpec,
    Retry,
    SecretSpec,
)

Function = TypeVar("Function", bound=Callable[..., Any])

_SPEC_ATTRIBUTE: Final = "__hookkit_spec__"


# ---------------------------------------------------------------- the decorator


class Declaration(Record):
    """What `@hook(...)` was given."""

    name: str | None = None
    version: str = "0.1.0"
    title: str | None = None
    cpu: str | float = 1
    memory: str = "1Gi"
    timeout_seconds: int = 3600
    retries: int = 2
    network: bool = False


@overload
def hook(function: Function, /) -> Function: ...


@overload
def hook(
    *,
    name: str | None = None,
    version: str = "0.1.0",
    title: str | None = None,
    cpu: str | float = 1,
    memory: str = "1Gi",
    timeout_seconds: int = 3600,
    retries: int = 2,
    network: bool = False,
) -> Callable[[Function], Function]: ...


def hook(function: Callable[..., Any] | None = None, /, **declared: Any) -> Any:
    """Declare a function to be a hook. Calling it still calls the function.

    Args:
        function: the function, where the decorator is written without parentheses.
        **declared: `name` (the platform's; default: the function's), `version`, `title`, `cpu` (cores), `memory`
            (`"512Mi"`, `"4Gi"`), `timeout_seconds`, `retries` (of a step that may succeed later), `network` (whether
            the hook needs one; the platform promises none).

    Raises:
        SignatureError: the function can't be a hook as it is written; it names every mistake.

    """
    declaration = _declared(declared)

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        setattr(function, _SPEC_ATTRIBUTE, read_signature(function, declaration))
        return function

    return declare if function is None else declare(function)


def _declared(given: dict[str, Any]) -> Declaration:
    names = Declaration._fields
    unknown = [
        Problem(
            "@hook",
            f"takes no {name!r}",
            did_you_mean(name, names).removeprefix("; ") or f"it takes {', '.join(names)}",
        )
        for name in given
        if name not in names
    ]
    if unknown:
        raise SignatureError(*unknown)
    return Declaration(**given)


def spec_of(function: object) -> HookSpec | None:
    """The HookSpec of a function that `@hook` decorated, None for anything else."""
    try:
        spec = getattr(function, _SPEC_ATTRIBUTE, None)
    except Exception:  # noqa: BLE001 - a proxy in the author's module may raise whatever it likes
        return None
    return spec if isinstance(spec, HookSpec) else None


# ---------------------------------------------------------------- the reader


class _Context(Record):
    """The parameter that gets the HookContext."""

    name: str


_Part = InputSpec | OutputSpec | OptionSpec | SecretSpec | _Context


class _Empty:
    """No default, no annotation."""


class Parameter(Record):
    """A parameter of a function, its annotation resolved."""

    name: str
    annotation: Any = _Empty
    default: Any = _Empty
    #: Why no hook can have it; "" where it can.
    unfit: str = ""


def read_signature(function: Callable[..., Any], declaration: Declaration) -> HookSpec:
    """Read a function's signature and docstring into a HookSpec.

    Raises:
        SignatureError: it names every mistake: the parameter, what is wrong, what to write instead.

    """
    reader = _Reader(_name_of(function))
    hints = reader.hints(function)
    parts = [part for parameter in reader.parameters(function, hints) if (part := reader.read(parameter))]
    name = declaration.name or str(getattr(function, "__name__", ""))
    resources = reader.resources(declaration)
    results = reader.results(hints.get("return"))
    reader.check_names(name, parts)
    reader.check_flags(parts)
    if reader.problems:
        raise SignatureError(*reader.problems)
    return HookSpec(
        name=name,
        version=declaration.version,
        title=declaration.title or name.replace("_", " ").strip().capitalize(),
        description=_docstring(function),
        entry_point=EntryPoint(function.__module__, function.__name__),
        inputs=tuple(part for part in parts if isinstance(part, InputSpec)),
        outputs=tuple(part for part in parts if isinstance(part, OutputSpec)),
        options=tuple(part for part in parts if isinstance(part, OptionSpec)),
        secrets=tuple(part for part in parts if isinstance(part, SecretSpec)),
        results=results,
        context=next((part.name for part in parts if isinstance(part, _Context)), ""),
        resources=resources,
        retry=Retry(limit=declaration.retries),
        timeout_seconds=declaration.timeout_seconds,
        network=declaration.network,
    )


class _Reader:
    """Reads one function; collects every mistake on the way."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def refuse(self, name: str, what: str, remedy: str = "") -> None:
        """Note a mistake of a parameter, or of the function itself where `name` is empty."""
        self.problems.append(Problem(f"{self.where}({name})" if name else self.where, what, remedy))

    def hints(self, function: Callable[..., Any]) -> dict[str, Any]:
        """The annotations of the function, resolved."""
        plain = unwrapped(function)
        if not isinstance(plain, FunctionType) or plain.__code__.co_flags & _NO_PLAIN_FUNCTION:
            self.refuse("", "is no plain function", "write def, without async and yield")
            return {}
        try:
            return get_type_hints(plain, include_extras=True)
        except NameError as error:
            self.refuse("", str(error), "import it above the hook, and not under `if TYPE_CHECKING:`")
        except Exception as error:  # noqa: BLE001 - an annotation in quotes is code of the author's, and runs only here
            self.refuse("", f"has an annotation that is no type: {error}", "mend it")
        return {}

    def parameters(self, function: Callable[..., Any], hints: dict[str, Any]) -> list[Parameter]:
        """Each parameter of the function; none where its annotations can't be read."""
        if self.problems:
            return []
        return [one.replace(annotation=hints.get(one.name, _Empty)) for one in _bare_parameters(unwrapped(function))]

    def read(self, parameter: Parameter) -> _Part | None:
        """A parameter -> what it declares, as far as it is no mistake: that is noted."""
        try:
            return _read_part(parameter)
        except AnnotationError as error:
            for what, remedy in error.mistakes:
                self.refuse(parameter.name, what, remedy)
            return OptionSpec(parameter.name) if _is_option(parameter) else None  # its name may be wrong, too

    def results(self, annotation: Any) -> tuple[ResultSpec, ...]:
        """What the function returns, by name."""
        try:
            found = tuple(ResultSpec(name, kind) for name, kind in read_results(annotation).items())
        except AnnotationError as error:
            for what, remedy in error.mistakes:
                self.refuse("return", what, remedy)
            return ()
        for result in found:
            if not result.name.isascii():
                self.refuse("return", f"returns {result.name!r}, a name that Argo can't take", "use ASCII letters")
        return found

    def resources(self, declaration: Declaration) -> Resources:
        """The amounts that `@hook` was given."""
        found: dict[str, Quantity] = {}
        for name in ("cpu", "memory"):
            try:
                found[name] = Quantity.parse(getattr(declaration, name))
            except ValueError as error:
                self.refuse("", f"{name}: {error}")
        for name, least in (("timeout_seconds", 1), ("retries", 0)):
            number = getattr(declaration, name)
            if type(number) is not int or number < least:
                self.refuse("", f"{name}={shown(number)} is not a number of at least {least}", "mend @hook(...)")
        if not (isinstance(declaration.version, str) and declaration.version.strip()):
            self.refuse("", f"version={shown(declaration.version)} is no text", 'write version="1.0.0"')
        return Resources(**found)

    def check_names(self, name: str, parts: list[_Part]) -> None:
        """Note names that the platform, Argo or the command line can't take."""
        if name and not (_HOOK_NAME.fullmatch(str(name)) and len(name) <= _MAX_NAME):
            remedy = f"use at most {_MAX_NAME} ASCII letters, digits and underscores"
            self.refuse("", f"{shown(name)} can't name a hook", remedy)
        for part in parts:
            if not part.name.isascii():
                self.refuse(part.name, "has a name that Argo can't take", "use ASCII letters, digits, underscores")
            elif part.name in RESERVED_NAMES and not _is_alone(part, parts):
                self.refuse(part.name, "has a name that the container's command line needs", "rename it")
        for second in [part for part in parts if isinstance(part, _Context)][1:]:
            self.refuse(second.name, "is a second HookContext", "leave one of them")

    def check_flags(self, parts: list[_Part]) -> None:
        """Note an option whose flag turns another one off, and values that share a variable of the environment."""
        options = [part for part in parts if isinstance(part, OptionSpec)]
        switches = {f"no_{option.name}": option.name for option in options if option.type.kind == "bool"}
        for part in parts:
            if part.name in switches:
                self.refuse(part.name, f"has the flag that turns {switches[part.name]} off", "rename one of them")
        values = [part for part in parts if isinstance(part, OptionSpec | SecretSpec)]
        files = {f"{one.name.upper()}{SECRET_FILE_SUFFIX}": one.name for one in values if isinstance(one, SecretSpec)}
        variables: dict[str, str] = {}
        for value in values:
            first = variables.setdefault(value.name.upper(), value.name)
            if first != value.name:
                self.refuse(value.name, f"differs from {first} in upper and lower case alone", "rename one of them")
            if secret := files.get(value.name.upper()):
                self.refuse(value.name, f"has the variable that names the file of {secret}", "rename one of them")


# ---------------------------------------------------------------- one parameter


def _read_part(parameter: Parameter) -> _Part:
    """A parameter -> what it declares; AnnotationError where it is a mistake."""
    name = parameter.name
    if parameter.unfit:
        raise AnnotationError((parameter.unfit, "name every parameter that the hook has"))
    if parameter.annotation is _Empty:
        raise AnnotationError(("has no type", f"write {name}: Annotated[str, Option(...)]"))
    inner, markers = split_markers(parameter.annotation)
    if len(markers) > 1:
        kinds = " and ".join(type(marker).__name__ for marker in markers)
        raise AnnotationError((f"is {kinds} at once", "leave one of them"))
    marker = markers[0] if markers else None
    plain, _ = without_none(inner)
    if plain is HookContext:
        return _Context(name)
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


def _is_option(parameter: Parameter) -> bool:
    """Whether it is meant to be an option, and no folder."""
    inner, markers = split_markers(parameter.annotation)
    plain, _ = without_none(inner)
    return plain not in (Path, list[Path], _Empty) and not any(isinstance(one, Input | Output) for one in markers)


def _read_input(parameter: Parameter, annotation: Any, marker: Input) -> InputSpec:
    inner, optional = without_none(annotation)
    if inner not in (Path, list[Path]):
        raise AnnotationError(("is an Input, but no Path", "write Annotated[Path, Input(...)]"))
    if parameter.default is not _Empty and not (optional and parameter.default is None):
        remedy = "leave the default out, or write Path | None = None"
        raise AnnotationError(("is an Input with a default, which no container has", remedy))
    many = inner is not Path
    _refuse_glob(marker.glob)
    return InputSpec(parameter.name, marker.description, optional, marker.glob or ("*" if many else ""), many)


def _refuse_glob(pattern: str) -> None:
    parts = pattern.split("/")
    if pattern.startswith("/") or ".." in parts:
        raise AnnotationError((f"glob={pattern!r} leads out of the folder", "write it relative to the folder"))
    if any("**" in part and part != "**" for part in parts):
        raise AnnotationError((f"glob={pattern!r} has ** beside other signs", "write **/*.tif for any depth"))


def _read_output(parameter: Parameter, annotation: Any, marker: Output) -> OutputSpec:
    if annotation is not Path:
        raise AnnotationError(("is an Output, but no Path", "write Annotated[Path, Output(...)]"))
    if parameter.default is not _Empty:
        raise AnnotationError(("is an Output with a default, which no container has", "leave the default out"))
    if marker.existing not in {"replace", "refuse"}:
        raise AnnotationError((f"existing={shown(marker.existing)}", 'write "replace" or "refuse"'))
    return OutputSpec(parameter.name, marker.description, marker.optional, marker.existing)


def _read_secret(parameter: Parameter, annotation: Any, marker: Marker | None) -> SecretSpec:
    _, optional = without_none(annotation)
    if isinstance(marker, Input | Output) or (marker and marker.constraints.given()):
        raise AnnotationError(
            ("is a Secret, which has no bounds and no folder", 'write Annotated[Secret, Option("…")]')
        )
    if parameter.default is not _Empty and not (optional and parameter.default is None):
        raise AnnotationError(("is a Secret with a default, which everybody could read", "write Secret | None = None"))
    return SecretSpec(parameter.name, marker.description if marker else "", required=parameter.default is _Empty)


def _read_option(parameter: Parameter, annotation: Any, marker: Option) -> OptionSpec:
    value_type = read_type(annotation, marker.constraints)
    required = parameter.default is _Empty
    default = None if required else read_default(parameter.default, value_type)
    description = marker.description or (value_type.json_schema or {}).get("description", "")
    return OptionSpec(parameter.name, value_type, description, required, default)


# ---------------------------------------------------------------- the function itself


def _name_of(function: Any) -> str:
    """`module:function` of what `@hook` was given, which a mistake may have made anything."""
    if callable(function):
        return f"{getattr(function, '__module__', '')}:{getattr(function, '__qualname__', shown(function))}"
    return f"@hook({shown(function)})"


def unwrapped(function: Any) -> Any:
    """The function below decorators that say what they wrap, as `functools.wraps` does."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


# inspect would read all this, and costs a third of a hook's start-up: the flags are those of its documentation.
_VARARGS, _VARKEYWORDS, _GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x04, 0x08, 0x20, 0x80, 0x200
_NO_PLAIN_FUNCTION: Final = _GENERATOR | _COROUTINE | _ASYNC_GENERATOR


def _bare_parameters(function: FunctionType) -> list[Parameter]:
    """Names and defaults of a function's parameters, from its code object."""
    code = function.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames[:count]
    positional, defaults = names[: code.co_argcount], function.__defaults__ or ()
    given = dict(zip(positional[len(positional) - len(defaults) :], defaults, strict=True))
    given |= function.__kwdefaults__ or {}
    unfit = dict.fromkeys(names[: code.co_posonlyargcount], "is positional-only")
    rest = iter(code.co_varnames[count:])
    for flag, what in ((_VARARGS, "takes any number of arguments"), (_VARKEYWORDS, "takes any keyword")):
        if code.co_flags & flag:
            unfit[next(rest)] = what
    return [
        Parameter(name, default=given.get(name, _Empty), unfit=unfit.get(name, ""))
        for name in dict.fromkeys((*names, *unfit))
    ]


def _docstring(function: Callable[..., Any]) -> str:
    """The docstring without the indentation of its lines after the first (PEP 257)."""
    first, _, rest = (function.__doc__ or "").expandtabs().partition("\n")
    if not rest.strip():
        return first.strip()
    from textwrap import dedent

    return f"{first.strip()}\n{dedent(rest)}".strip()


#: Kubernetes takes 63 characters, and a CronWorkflow adds 11 (Argo).
_MAX_NAME: Final = 52
#: With a letter, so that a name is left when Kubernetes takes no underscore at the ends.
_HOOK_NAME: Final = re.compile(r"_*[A-Za-z][A-Za-z0-9_-]*")


def _is_alone(part: _Part, parts: list[_Part]) -> bool:
    """Whether it is the only input or the only output: then `--input` or `--output` is it, whatever its name."""
    return isinstance(part, InputSpec | OutputSpec) and sum(type(other) is type(part) for other in parts) == 1

"""A Python function becomes a HookSpec: `@hook`, and the one and only reader of a signature."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, get_type_hints, overload

from hookkit.agreement import disagreements, read_condition
from hookkit.annotations import AnnotationError, read_results
from hookkit.datatypes import did_you_mean
from hookkit.errors import Problem, SignatureError, shown
from hookkit.parts import ContextPart, Part, is_option, read_part
from hookkit.record import Record
from hookkit.signature import Empty, Parameter, is_plain, name_of, read_docstring, read_parameters, unwrapped
from hookkit.spec import (
    EntryPoint,
    HookSpec,
    InputSpec,
    Listing,
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
    documentation: str | None = None
    custom_input_source: bool = True
    input_product_status_offline: bool = False


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
    documentation: str | None = None,
    custom_input_source: bool = True,
    input_product_status_offline: bool = False,
) -> Callable[[Function], Function]: ...


def hook(function: Callable[..., Any] | None = None, /, **declared: Any) -> Any:
    """Declare a function to be a hook. Calling it still calls the function.

    Args:
        function: the function, where the decorator is written without parentheses.
        **declared: `name` (the platform's, such as `"data-harvest"`; default: the function's), `version`, `title`,
            `cpu` (cores), `memory` (`"512Mi"`, `"4Gi"`), `timeout_seconds`, `retries` (of a step that may succeed
            later), `network` (whether the hook needs one; the platform promises none); for the platform's list of
            workflows `documentation`, `custom_input_source`, `input_product_status_offline` (see `Listing`).

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


def read_signature(function: Callable[..., Any], declaration: Declaration) -> HookSpec:
    """Read a function's signature and docstring into a HookSpec.

    Raises:
        SignatureError: it names every mistake: the parameter, what is wrong, what to write instead.

    """
    reader = _Reader(name_of(function))
    hints = reader.hints(function)
    parts = reader.parts(reader.parameters(function, hints))
    name = declaration.name or str(getattr(function, "__name__", ""))
    resources, listing = reader.resources(declaration), reader.listing(declaration)
    results = reader.results(hints.get("return"))
    for disagreement in disagreements(name, parts):
        reader.refuse(*disagreement)
    if reader.problems:
        raise SignatureError(*reader.problems)
    return HookSpec(
        name=name,
        version=declaration.version,
        title=declaration.title or name.replace("_", " ").replace("-", " ").strip().capitalize(),
        description=read_docstring(function),
        entry_point=EntryPoint(function.__module__, function.__name__),
        inputs=tuple(part for part in parts if isinstance(part, InputSpec)),
        outputs=tuple(part for part in parts if isinstance(part, OutputSpec)),
        options=tuple(part for part in parts if isinstance(part, OptionSpec)),
        secrets=tuple(part for part in parts if isinstance(part, SecretSpec)),
        results=results,
        context=next((part.name for part in parts if isinstance(part, ContextPart)), ""),
        parameters=tuple(part.name for part in parts),
        listing=listing,
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

    def refuse_all(self, name: str, error: AnnotationError) -> None:
        """Note every mistake of a parameter."""
        for what, remedy in error.mistakes:
            self.refuse(name, what, remedy)

    def hints(self, function: Callable[..., Any]) -> dict[str, Any]:
        """The annotations of the function, resolved."""
        plain = unwrapped(function)
        if not is_plain(plain):
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
        return [one.replace(annotation=hints.get(one.name, Empty)) for one in read_parameters(unwrapped(function))]

    def parts(self, parameters: list[Parameter]) -> list[Part]:
        """What the parameters declare, as far as it is no mistake: that is noted."""
        read = [(parameter.name, self.part(parameter), is_option(parameter)) for parameter in parameters]
        options = {name: part for name, part, _ in read if part is None or isinstance(part, OptionSpec)}
        # The name of one that is wrong may be wrong, too.
        found = [part or OptionSpec(name) for name, part, may_be_option in read if part or may_be_option]
        return [self.conditioned(part, options) for part in found]

    def part(self, parameter: Parameter) -> Part | None:
        """What a parameter declares, None where it is a mistake."""
        try:
            return read_part(parameter)
        except AnnotationError as error:
            self.refuse_all(parameter.name, error)
            return None

    def conditioned(self, part: Part, options: dict[str, OptionSpec | None]) -> Part:
        """A part with its condition in JSON's terms."""
        if not isinstance(part, OptionSpec | SecretSpec):
            return part
        try:
            return part.replace(required_when=read_condition(part, options))
        except AnnotationError as error:
            self.refuse_all(part.name, error)
            return part

    def results(self, annotation: Any) -> tuple[ResultSpec, ...]:
        """What the function returns, by name."""
        try:
            found = tuple(ResultSpec(name, kind) for name, kind in read_results(annotation).items())
        except AnnotationError as error:
            self.refuse_all("return", error)
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
        return Resources(**found)

    def listing(self, declaration: Declaration) -> Listing:
        """What `@hook` was given for the platform's list."""
        if not (isinstance(declaration.version, str) and declaration.version.strip()):
            self.refuse("", f"version={shown(declaration.version)} is no text", 'write version="1.0.0"')
        given = {name: getattr(declaration, name) for name in Listing._fields}
        for name, value in given.items():
            if not isinstance(value, str | None if name == "documentation" else bool):
                self.refuse("", f"{name}={shown(value)} is of the wrong type", "mend @hook(...)")
        return Listing(**given)

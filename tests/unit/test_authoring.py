"""A function's signature is read into a HookSpec; each mistake in it is named, with what to write instead."""

import enum
import functools
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Any, Literal, NamedTuple, Optional, ParamSpec, TypeVar, Union, assert_type
from uuid import UUID

import pytest

from hookkit import HookContext, HookSpec, Input, Option, Output, Secret, hook
from hookkit.authoring import spec_of
from hookkit.constraints import Constraints
from hookkit.datatypes import ValueType
from hookkit.errors import SignatureError
from hookkit.spec import (
    EntryPoint,
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

P = ParamSpec("P")
T = TypeVar("T")


class Case(enum.Enum):
    UPPER = "upper"
    LOWER = "lower"


class Level(enum.IntEnum):
    LOW = 1


class Empty(enum.Enum):
    pass


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"


def read(function: Callable[..., Any]) -> HookSpec:
    spec = spec_of(function)
    assert spec is not None
    return spec


class Mask(NamedTuple):
    """What make_mask returns."""

    words: str


@hook(
    name="cloud_mask",
    version="1.2.0",
    title="Cloud mask",
    cpu=0.5,
    memory="2Gi",
    timeout_seconds=60,
    retries=0,
    network=True,
)
def make_mask(
    scene: Annotated[Path, Input("Sentinel-2 scene")],
    mask: Annotated[Path, Output("Cloud mask")],
    limit: Annotated[float, Option("Cloud cover", ge=0, le=1)] = 0.5,
    *,
    case: Annotated[Literal["upper", "lower"], Option("Letter case")],
) -> Mask:
    """Mask clouds.

    All of them:
        also thin ones.
    """
    return Mask(f"{scene} {mask} {limit} {case}")


@hook
def plain() -> None: ...


# ---------------------------------------------------------------- what a function becomes


def test_a_function_becomes_a_spec() -> None:
    assert read(make_mask) == HookSpec(
        name="cloud_mask",
        version="1.2.0",
        title="Cloud mask",
        description="Mask clouds.\n\nAll of them:\n    also thin ones.",
        entry_point=EntryPoint(__name__, "make_mask"),
        inputs=(InputSpec("scene", "Sentinel-2 scene"),),
        outputs=(OutputSpec("mask", "Cloud mask"),),
        options=(
            OptionSpec("limit", ValueType("float", constraints=Constraints(ge=0, le=1)), "Cloud cover", default=0.5),
            OptionSpec("case", ValueType("str", ("upper", "lower")), "Letter case", required=True),
        ),
        results=(ResultSpec("words", ValueType("str")),),
        parameters=("scene", "mask", "limit", "case"),
        resources=Resources(Quantity("0.5"), Quantity("2Gi")),
        retry=Retry(limit=0),
        timeout_seconds=60,
        network=True,
    )


def test_what_is_not_declared_has_a_default() -> None:
    assert read(plain) == HookSpec("plain", "0.1.0", "Plain", "", EntryPoint(__name__, "plain"))


def test_calling_a_hook_calls_the_function() -> None:
    assert make_mask(Path("a"), Path("b"), case="upper") == Mask("a b 0.5 upper")


def test_types_survive_the_decorator() -> None:
    assert_type(make_mask(Path(), Path(), case="upper"), Mask)
    make_mask(Path(), Path(), case="uper")  # type: ignore[arg-type] # mypy knows the choices
    with pytest.raises(TypeError):
        make_mask()  # type: ignore[call-arg] # and the parameters


def test_the_decorator_works_with_and_without_parentheses() -> None:
    @hook()
    def called() -> None: ...

    assert read(called).replace(name="", title="", entry_point=0) == read(plain).replace(
        name="", title="", entry_point=0
    )


def test_a_hook_may_have_another_name_on_the_platform_than_in_python() -> None:
    @hook(name="data-harvest")
    def data_harvest() -> None: ...

    spec = read(data_harvest)

    assert (spec.name, spec.kubernetes_name) == ("data-harvest", "data-harvest")
    assert spec.entry_point.function == "data_harvest"
    assert spec.title == "Data harvest"


def test_what_the_platform_lists_a_hook_with_is_kept() -> None:
    @hook(documentation="https://example.org", custom_input_source=False, input_product_status_offline=True)
    def backscatter(
        product: Annotated[Path, Input(product_types=("GRD", "IW_GRDH_1S"))],
        result: Annotated[Path, Output(product_types=("CARD-BS",))],
    ) -> None: ...

    spec = read(backscatter)

    assert spec.listing == Listing("https://example.org", custom_input_source=False, input_product_status_offline=True)
    assert spec.inputs[0].product_types == ("GRD", "IW_GRDH_1S")
    assert spec.outputs[0].product_types == ("CARD-BS",)
    assert read(plain).listing == Listing(None, custom_input_source=True, input_product_status_offline=False)


def test_what_is_required_at_times_says_when_in_jsons_terms() -> None:
    @hook
    def fetch(
        token: Annotated[Secret | None, Option(required_when={"private": True})] = None,
        label: Annotated[str | None, Option(required_when={"case": Case.LOWER, "mode": None})] = None,
        case: Case = Case.UPPER,
        mode: Annotated[Literal["fast"] | None, Option(asked_for=True)] = None,
        *,
        private: Annotated[bool, Option(asked_for=True)] = False,
    ) -> None: ...

    spec = read(fetch)

    assert spec.secrets[0].required_when == (("private", True),)
    assert spec.options[0].required_when == (("case", "lower"), ("mode", None))
    assert [option.asked_for for option in spec.options] == [None, None, True, True]


def test_options_and_secrets_stand_in_the_order_of_the_parameters() -> None:
    @hook
    def fetch(user: str, password: Secret, context: HookContext, days: int = 1) -> None: ...

    spec = read(fetch)

    assert spec.parameters == ("user", "password", "context", "days")
    assert [value.name for value in spec.options_and_secrets] == ["user", "password", "days"]


def test_a_condition_on_an_option_that_is_wrong_itself_is_no_second_mistake() -> None:
    [line] = mistakes("""
        @hook
        def make(mode: Literal["x"] = "y", b: Annotated[str | None, Option(required_when={"mode": "y"})] = None): ...
    """)

    assert line.startswith("mask:make(mode): default 'y' ")


def test_what_is_no_hook_has_no_spec() -> None:
    class Proxy:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    assert [spec_of(value) for value in (len, None, test_what_is_no_hook_has_no_spec, Proxy())] == [None] * 4


ANNOTATIONS: dict[str, tuple[Any, ValueType]] = {
    "str": (str, ValueType("str")),
    "int": (int, ValueType("int")),
    "float": (float, ValueType("float")),
    "bool": (bool, ValueType("bool")),
    "an option of type Path": (Annotated[Path, Option()], ValueType("path")),
    "a marker without parentheses": (Annotated[str, Option], ValueType("str")),
    "metadata of others": (
        Annotated[str, "unit: m", Option(min_length=1), 5],
        ValueType("str", constraints=Constraints(min_length=1)),
    ),
    "Annotated within Annotated": (
        Annotated[Annotated[int, 5], Option(ge=1)],
        ValueType("int", constraints=Constraints(ge=1)),
    ),
    "Literal of text": (Literal["a", "b"], ValueType("str", ("a", "b"))),
    "Literal of numbers": (Literal[1, 2], ValueType("int", (1, 2))),
    "Literal of one bool": (Literal[True], ValueType("bool", (True,))),
    "Literal within Literal": (Literal[Literal["a"], "b"], ValueType("str", ("a", "b"))),  # noqa: RUF041 - it is tested
    "Literal with None": (Literal["a", None], ValueType("str", ("a",), optional=True)),  # noqa: PYI061 - it is tested
    "Enum": (Case, ValueType("str", ("upper", "lower"), ("UPPER", "LOWER"))),
    "IntEnum": (Level, ValueType("int", (1,), ("LOW",))),
    "T | None": (int | None, ValueType("int", optional=True)),
    "None | T": (None | int, ValueType("int", optional=True)),
    "Optional[T]": (Optional[int], ValueType("int", optional=True)),  # noqa: UP045 - it is tested
    "Union[T, None]": (Union[int, None], ValueType("int", optional=True)),  # noqa: UP007 - it is tested
    "an optional Literal": (Literal["a"] | None, ValueType("str", ("a",), optional=True)),
    "an optional Enum": (Case | None, ValueType("str", ("upper", "lower"), ("UPPER", "LOWER"), optional=True)),
    "None within Annotated": (
        Annotated[int | None, Option(ge=1)],
        ValueType("int", optional=True, constraints=Constraints(ge=1)),
    ),
    "None beside Annotated": (
        Annotated[int, Option(ge=1)] | None,
        ValueType("int", optional=True, constraints=Constraints(ge=1)),
    ),
    "a type in quotes": ("int | None", ValueType("int", optional=True)),
}


def with_annotation(annotation: Any) -> HookSpec:
    def sample(value: Any) -> None: ...

    sample.__annotations__["value"] = annotation
    return read(hook(sample))


@pytest.mark.parametrize(("annotation", "value_type"), ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_an_annotation_becomes_a_type(annotation: Any, value_type: ValueType) -> None:
    [option] = with_annotation(annotation).options

    assert option == OptionSpec("value", value_type, required=True)


def test_members_of_an_enum_reach_the_function() -> None:
    [option] = with_annotation(Case).options

    assert option.type.read("upper") is Case.UPPER


FOLDERS: dict[str, tuple[Any, InputSpec | OutputSpec]] = {
    "input": (Annotated[Path, Input("Scene")], InputSpec("value", "Scene")),
    "input without parentheses": (Annotated[Path, Input], InputSpec("value")),
    "optional input": (Annotated[Path | None, Input()], InputSpec("value", optional=True)),
    "optional input, None beside": (Annotated[Path, Input()] | None, InputSpec("value", optional=True)),
    "output": (Annotated[Path, Output("Mask")], OutputSpec("value", "Mask")),
    "optional output": (Annotated[Path, Output(optional=True)], OutputSpec("value", optional=True)),
    "output that is not replaced": (
        Annotated[Path, Output(existing="refuse")],
        OutputSpec("value", existing="refuse"),
    ),
    "one match": (Annotated[Path, Input("Scene", glob="**/*.tif")], InputSpec("value", "Scene", glob="**/*.tif")),
    "all matches": (Annotated[list[Path], Input(glob="*.tif")], InputSpec("value", glob="*.tif", many=True)),
    "everything": (Annotated[list[Path], Input], InputSpec("value", glob="*", many=True)),
    "optional matches": (
        Annotated[list[Path] | None, Input(glob="*.tif")],
        InputSpec("value", optional=True, glob="*.tif", many=True),
    ),
}


@pytest.mark.parametrize(("annotation", "part"), FOLDERS.values(), ids=FOLDERS)
def test_a_marked_path_becomes_an_input_or_an_output(annotation: Any, part: InputSpec | OutputSpec) -> None:
    spec = with_annotation(annotation)

    assert (*spec.inputs, *spec.outputs) == (part,)


SECRETS: dict[str, tuple[Any, SecretSpec]] = {
    "bare": (Secret, SecretSpec("value")),
    "with a description": (Annotated[Secret, Option("Token")], SecretSpec("value", "Token")),
    "optional, but asked for": (Secret | None, SecretSpec("value")),
}


@pytest.mark.parametrize(("annotation", "secret"), SECRETS.values(), ids=SECRETS)
def test_a_secret_is_no_option(annotation: Any, secret: SecretSpec) -> None:
    assert (with_annotation(annotation).secrets, with_annotation(annotation).options) == ((secret,), ())


def test_a_secret_with_none_as_default_is_not_required() -> None:
    @hook
    def sample(token: Annotated[Secret | None, Option("Token")] = None) -> None: ...

    assert read(sample).secrets == (SecretSpec("token", "Token", required=False),)


@pytest.mark.parametrize("annotation", [HookContext, HookContext | None])
def test_a_context_is_neither_an_option_nor_an_input(annotation: Any) -> None:
    spec = with_annotation(annotation)

    assert (spec.context, spec.options, spec.inputs) == ("value", (), ())


DEFAULTS: dict[str, tuple[Any, Any, Any]] = {
    "text": (str, "a b", "a b"),
    "empty text": (str, "", ""),
    "zero": (int, 0, 0),
    "false": (bool, False, False),
    "an int for a float": (float, 1, 1),
    "a path": (Annotated[Path, Option()], Path("a/b"), "a/b"),
    "a member": (Case, Case.LOWER, "lower"),
    "None": (str | None, None, None),
    "the empty text where None is possible": (str | None, "", ""),
    "text that looks quoted": (str | None, '"a"', '"a"'),
    "a date": (date, date(2026, 1, 31), "2026-01-31"),
    "a time with a zone": (datetime, datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31T00:00:00+00:00"),
    "a negative duration": (timedelta, -timedelta(microseconds=1), "-PT0.000001S"),
    "a UUID": (UUID, UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "a list": (list[int], [1, 2], [1, 2]),
    "an empty list": (list[str], [], []),
    "a list with an empty text": (list[str], [""], [""]),
    "a list of what looks like JSON": (list[str], ["[1]", '"', "{"], ["[1]", '"', "{"]),
    "a tuple": (tuple[str, int], ("a", -1), ["a", -1]),
    "members": (tuple[Case, ...], (Case.LOWER,), ["lower"]),
    "a dict": (dict[str, Any], {"a": [None, 0, False, "", {}]}, {"a": [None, 0, False, "", {}]}),
    "an empty list where None is possible": (list[int] | None, [], []),
}


@pytest.mark.parametrize(("annotation", "default", "data"), DEFAULTS.values(), ids=DEFAULTS)
def test_a_default_is_kept_in_json_and_comes_back(annotation: Any, default: Any, data: Any) -> None:
    def sample(*, value: Any = default) -> None: ...

    sample.__annotations__["value"] = annotation
    [option] = read(hook(sample)).options

    assert (option.required, option.default) == (False, data)
    assert type(option.default) is type(data)
    assert option.default_value == option.type.read(option.default_text) == default


@pytest.mark.parametrize(
    ("docstring", "description"),
    [
        (None, ""),
        ("One line.", "One line."),
        ("  One line.  ", "One line."),
        ("First.\n\n    Second.\n        deeper\n    ", "First.\n\nSecond.\n    deeper"),
        ("\n    First.\n\n    Second.\n", "First.\n\nSecond."),
        ("First.\n\tSecond.\n\t\tdeeper", "First.\nSecond.\n        deeper"),
    ],
)
def test_a_docstring_loses_the_indentation_of_the_code(docstring: str | None, description: str) -> None:
    def sample() -> None: ...

    sample.__doc__ = docstring

    assert read(hook(sample)).description == description


# ---------------------------------------------------------------- decorators of others


def twice(function: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        function(*args, **kwargs)
        return function(*args, **kwargs)

    return wrapper


def test_a_wrapper_below_the_hook_is_called_with_the_signature_of_what_it_wraps() -> None:
    calls: list[int] = []

    @hook
    @twice
    def count(number: int = 1) -> None:
        calls.append(number)

    count(2)

    assert calls == [2, 2]
    assert [option.name for option in read(count).options] == ["number"]


def test_a_wrapper_above_the_hook_is_still_the_hook() -> None:
    @twice
    @hook
    def count(number: int = 1) -> None: ...

    assert [option.name for option in read(count).options] == ["number"]
    assert read(count).entry_point.function == "count"


def test_a_cached_function_can_be_a_hook() -> None:
    @hook
    @functools.cache
    def count(number: int = 1) -> Mask:
        return Mask(str(number))

    assert count(5) == Mask("5")
    assert [option.name for option in read(count).options] == ["number"]


# ---------------------------------------------------------------- mistakes

NAMESPACE: dict[str, Any] = {
    "__name__": "mask",
    **{name: getattr(typing, name) for name in ("Annotated", "Any", "Literal", "Optional", "Union")},
    "Path": Path,
    "typing": typing,
    "Input": Input,
    "Output": Output,
    "Option": Option,
    "Secret": Secret,
    "HookContext": HookContext,
    "hook": hook,
    "functools": functools,
    "Case": Case,
    "Empty": Empty,
    "Mixed": Mixed,
}


def mistakes(source: str) -> list[str]:
    """The lines of the SignatureError that a module of this source raises."""
    with pytest.raises(SignatureError) as caught:
        exec(dedent(source), dict(NAMESPACE))  # noqa: S102 - the sources stand below
    return str(caught.value).splitlines()


TYPES = (
    "use one of str, int, float, bool, Path, date, datetime, timedelta, UUID, Literal, Enum, "
    "list, tuple and dict of them, a dataclass"
)
DEFAULTED = "with a default, which no container has; leave the default out"
TAG = "holds '{{', which Argo takes for a tag; put it into an input file"
CHOICE = "mode: Literal['x', 'y'] = 'x'"
TAKEN = "has a name that the container's command line needs; rename it"
NO_FUNCTION = "is no plain function; write def, without async and yield"
TOO_SMALL = "is not a number of at least"
NO_TYPE = "has an annotation that is no type"
NO_NAME = "can't name a hook; use at most 52 ASCII letters, digits, underscores and hyphens"
NO_QUANTITY = "is not a quantity; write for example 500m or 2 (cores), 512Mi or 4Gi (bytes)"
TYPE_CHECKING = "import it above the hook, and not under `if TYPE_CHECKING:`"
LEADS_OUT = "leads out of the folder; write it relative to the folder"
SECRET = 'write Annotated[Secret, Option("…")]'
WHICH = "is a Path, of which it isn't said whether it is read or written; write a: Annotated[Path, Input(...)], or"

#: The parameters of a hook, and its only line.
PARAMETERS = {
    "a": "has no type; write a: Annotated[str, Option(...)]",
    "a=1": "has no type; write a: Annotated[str, Option(...)]",
    "a: Path": f"{WHICH} Output(...), or Option(...)",
    "a: Path | None = None": f"{WHICH} Output(...), or Option(...)",
    "a: int, /": "is positional-only; name every parameter that the hook has",
    "*a: int": "takes any number of arguments; name every parameter that the hook has",
    "**a: int": "takes any keyword; name every parameter that the hook has",
    "a: complex": f"has the type complex, which can't travel; {TYPES}",
    "a: Any": f"has the type Any, which can't travel; {TYPES}",
    "a: set[int]": f"has the type set[int], which can't travel; {TYPES}",
    "a: list": "is a list, of which it isn't said of what; write list[str] or the like",
    "a: tuple": "is a tuple, of which it isn't said of what; write tuple[str] or the like",
    "a: tuple[()]": f"has the type tuple[()], which can't travel; {TYPES}",
    "a: list[complex]": f"has the type complex, which can't travel; {TYPES}",
    "a: dict[int, str]": "is a dict with keys of int; write dict[str, ...], as JSON has it",
    "a: dict[str, complex]": f"has the type complex, which can't travel; {TYPES}",
    "a: int | str": f"has the type int | str, which can't travel; {TYPES}",
    "a: int | str | None": f"has the type Union[int, str], which can't travel; {TYPES}",
    "a: None": f"has the type NoneType, which can't travel; {TYPES}",
    "a: Empty": f"has the type Empty, which can't travel; {TYPES}",
    "a: Literal[b'x']": "has the type Literal[b'x'], which can't travel; use texts and numbers",
    "a: Literal[['x']]": "has the type Literal[['x']], which can't travel; use texts and numbers",
    "a: Literal['1', 1]": "has two choices that are written '1'; leave one out",
    "a: Literal['{{x}}']": f"choice '{{{{x}}}}' {TAG}; choose another",
    "a: Annotated[Path, Input(glob='/a')]": "glob='/a' leads out of the folder; write it relative to the folder",
    "a: Annotated[Path, Input(glob='a/../b')]": f"glob='a/../b' {LEADS_OUT}",
    "a: Annotated[Path, Input(glob='**.tif')]": "glob='**.tif' has ** beside other signs; write **/*.tif for any depth",
    "a: Annotated[Path, Output(existing='keep')]": 'existing=\'keep\'; write "replace" or "refuse"',
    "a: Annotated[list[Path], Output()]": "is an Output, but no Path; write Annotated[Path, Output(...)]",
    "a: list[Path]": f"{WHICH} Output(...), or Option(...)",
    "a: Annotated[Secret, Input()]": f"is a Secret, which has no bounds and no folder; {SECRET}",
    "a: Annotated[Secret, Option(min_length=1)]": f"is a Secret, which has no bounds and no folder; {SECRET}",
    "a: Secret = Secret('x')": "is a Secret with a default, which everybody could read; write Secret | None = None",
    "a: HookContext, b: HookContext": "is a second HookContext; leave one of them",
    "a: Secret, A: str": "differs from a in upper and lower case alone; rename one of them",
    "a_file: str, a: Secret": "has the variable that names the file of a; rename one of them",
    "a: bool, no_a: Secret": "has the flag that turns a off; rename one of them",
    "results: str": TAKEN,
    "a: Annotated[int, Option(min_length=1)]": "min_length has no meaning for int; leave it out",
    "a: Annotated[list[int], Option(ge=1)]": "ge has no meaning for list of int; leave it out",
    "a: Annotated[tuple[int, int], Option(max_length=1)]": (
        "max_length has no meaning for list of int and int; leave it out"
    ),
    "a: Annotated[dict, Option(min_length=1)]": "min_length has no meaning for JSON object; leave it out",
    "a: list[int] = [1, 'x']": "default [1, 'x'] has a wrong item 2: 'x' is not an int; give one that is list of int",
    "a: Annotated[str, Input()]": "is an Input, but no Path; write Annotated[Path, Input(...)]",
    "a: Annotated[str, Output()]": "is an Output, but no Path; write Annotated[Path, Output(...)]",
    "a: Annotated[Path | None, Output()]": "is an Output, but no Path; write Annotated[Path, Output(...)]",
    "a: Annotated[Path, Input(), Output()]": "is Input and Output at once; leave one of them",
    "a: Annotated[Path, Input()] = Path('x')": f"is an Input {DEFAULTED}, or write Path | None = None",
    "a: Annotated[Path, Input()] = None": f"is an Input {DEFAULTED}, or write Path | None = None",
    "a: Annotated[Path, Output()] = Path('x')": f"is an Output {DEFAULTED}",
    "a: int = 'x'": "default 'x' is not an int; give one that is int",
    "a: int = 1.0": "default 1.0 is not an int; give one that is int",
    "a: int = True": "default True is not an int; give one that is int",
    "a: bool = 1": "default 1 is not a bool; give one that is bool",
    "a: str = 5": "default 5 is not text; put it in quotes; give one that is str",
    "a: str = None": "default None is None, but a value is needed; give one that is str, or write `| None`",
    "a: float = float('nan')": "default nan is not a finite float; give one that is float",
    "a: Literal['x'] = 'y'": "default 'y' is not one of x; give one that is x",
    "a: Case = 'upper'": "default 'upper' is not one of upper | lower; give one that is upper | lower",
    "a: str = '{{x}}'": f"default '{{{{x}}}}' {TAG}; give one that is str",
    "a: Annotated[int, Option(ge=1)] = 0": "default 0 is not at least 1; give one that is int, at least 1",
    "a: Annotated[str, Option(ge=1)] = 'x'": "ge has no meaning for str; leave it out",
    "a: Annotated[int, Option(pattern='x')] = 1": "pattern has no meaning for int; leave it out",
    "a: Annotated[Literal['x'], Option(min_length=1)]": "min_length has no meaning for x; leave it out",
    "a: Annotated[str, Option(pattern='(')] = 'x'": "pattern='(' is no bound; mend Option(...)",
    "a: Annotated[int, Option(ge='1')] = 1": "ge='1' is no bound; mend Option(...)",
    "a: Annotated[int, Option(le=float('nan'))]": "le=nan is no bound; mend Option(...)",
    "a: Annotated[int, Option(multiple_of=0)] = 1": "multiple_of=0 is no bound; mend Option(...)",
    "a: Annotated[str, Option(max_length=-1)]": "max_length=-1 is no bound; mend Option(...)",
    "a: Annotated[str, Option(min_length=1.5)]": "min_length=1.5 is no bound; mend Option(...)",
    "é: int": "has a name that Argo can't take; use ASCII letters, digits, underscores",
    "help: str": TAKEN,
    "output_dir: str": TAKEN,
    "input: str": TAKEN,
    "a: Annotated[Path, Input], input: Annotated[Path, Input]": TAKEN,
    "a: bool, no_a: str": "has the flag that turns a off; rename one of them",
    "WorkflowOptions: str": TAKEN,
    "a: Annotated[Path, Input(product_types='GRD')]": (
        "product_types='GRD' are no names; write product_types=(\"GRD\", ...)"
    ),
    "a: Annotated[Path, Output(product_types=('GRD', ''))]": (
        "product_types=('GRD', '') are no names; write product_types=(\"GRD\", ...)"
    ),
    "a: Annotated[str, Option(asked_for=False)]": (
        "is required, but is not asked for; leave asked_for out, or give it a default"
    ),
    **{
        f"{CHOICE}, {parameter}": line
        for parameter, line in {
            "b: Annotated[str | None, Option(required_when={'mod': 'x'})] = None": (
                "depends on 'mod', which is no other option; did you mean 'mode'?"
            ),
            "b: Annotated[str | None, Option(required_when={'b': 'x'})] = None": (
                "depends on 'b', which is no other option; name another option"
            ),
            "b: Annotated[str | None, Option(required_when={'key': 'x'})] = None, *, key: Secret": (
                "depends on 'key', which is no other option; name another option"
            ),
            "b: Annotated[str | None, Option(required_when={'mode': 'z'})] = None": (
                "depends on mode to be 'z', which it never is; write what the function gets: x | y"
            ),
            "b: Annotated[str | None, Option(required_when={'mode': None})] = None": (
                "depends on mode to be None, which it never is; write what the function gets: x | y"
            ),
            "b: Annotated[str | None, Option(required_when={'n': 1})] = None, n: int = 1": (
                "depends on n, which is int; depend on a Literal, an Enum or a bool"
            ),
            "b: Annotated[str | None, Option(required_when=\"mode == 'x'\")] = None": (
                'required_when="mode == \'x\'" is no condition; write required_when={"option": value}'
            ),
            "*, b: Annotated[str, Option(required_when={'mode': 'x'})]": (
                "is required at all times, whatever required_when says; write `| None = None`"
            ),
            "*, b: Annotated[Secret, Option(required_when={'mode': 'x'})]": (
                "is required at all times, whatever required_when says; write `| None = None`"
            ),
            "b: Annotated[str, Option(required_when={'mode': 'x'})] = 'c'": (
                "has the default 'c', and so is never missing, whatever required_when says; "
                "write `| None = None`, or asked_for=True in place of required_when"
            ),
        }.items()
    },
    "a: int, A: int": "differs from a in upper and lower case alone; rename one of them",
}


@pytest.mark.parametrize(("parameters", "line"), PARAMETERS.items(), ids=PARAMETERS)
def test_a_mistake_in_a_parameter_is_one_line_that_says_what_to_write(parameters: str, line: str) -> None:
    [found] = mistakes(f"@hook\ndef make({parameters}): ...")

    where, _, words = found.partition(": ")
    assert where.startswith("mask:make(")
    assert where[len("mask:make(") : -1] in parameters
    assert words == line


#: A module, and the only line that it gets.
MODULES = {
    "@hook\nasync def make(): ...": f"mask:make: {NO_FUNCTION}",
    "@hook\ndef make(): yield": f"mask:make: {NO_FUNCTION}",
    "@hook\nclass Make: ...": f"mask:Make: {NO_FUNCTION}",
    "hook(functools.partial(print))": f"functools:functools.partial(<built-in function print>): {NO_FUNCTION}",
    "@hook('make')\ndef make(): ...": f"@hook('make'): {NO_FUNCTION}",
    "hook(5)": f"@hook(5): {NO_FUNCTION}",
    "hook(lambda: None)": f"mask:<lambda>: '<lambda>' {NO_NAME}",
    "@hook\ndef _(): ...": f"mask:_: '_' {NO_NAME}",
    "@hook(name='card bs')\ndef make(): ...": f"mask:make: 'card bs' {NO_NAME}",
    f"@hook\ndef {'m' * 53}(): ...": f"mask:{'m' * 53}: '{'m' * 53}' {NO_NAME}",
    "@hook(cpu='much')\ndef make(): ...": f"mask:make: cpu: 'much' {NO_QUANTITY}",
    "@hook(memory=0)\ndef make(): ...": "mask:make: memory: 0 is nothing; a hook needs some",
    "@hook(timeout_seconds=0)\ndef make(): ...": f"mask:make: timeout_seconds=0 {TOO_SMALL} 1; mend @hook(...)",
    "@hook(timeout_seconds='60')\ndef make(): ...": f"mask:make: timeout_seconds='60' {TOO_SMALL} 1; mend @hook(...)",
    "@hook(retries=-1)\ndef make(): ...": f"mask:make: retries=-1 {TOO_SMALL} 0; mend @hook(...)",
    "@hook(version=1.0)\ndef make(): ...": 'mask:make: version=1.0 is no text; write version="1.0.0"',
    "@hook(version='')\ndef make(): ...": "mask:make: version='' is no text; write version=\"1.0.0\"",
    "@hook(name='-card-bs')\ndef make(): ...": f"mask:make: '-card-bs' {NO_NAME}",
    "@hook(documentation=5)\ndef make(): ...": "mask:make: documentation=5 is of the wrong type; mend @hook(...)",
    "@hook(custom_input_source='no')\ndef make(): ...": (
        "mask:make: custom_input_source='no' is of the wrong type; mend @hook(...)"
    ),
    "@hook\ndef make(a: 'Missing'): ...": f"mask:make: name 'Missing' is not defined; {TYPE_CHECKING}",
    "@hook\ndef make(a: 'Path.no'): ...": f"mask:make: {NO_TYPE}: type object 'Path' has no attribute 'no'; mend it",
}


@pytest.mark.parametrize(("source", "line"), MODULES.items(), ids=range(len(MODULES)))
def test_a_mistake_in_a_hook_is_one_line_that_says_what_to_write(source: str, line: str) -> None:
    assert mistakes(source) == [line]


def test_an_annotation_in_quotes_that_is_no_python_is_a_mistake_of_one_line() -> None:
    [line] = mistakes("@hook\ndef make(a: 'Path |'): ...")

    assert line.startswith(f"mask:make: {NO_TYPE}: ")


def test_a_default_that_python_can_not_even_print_is_a_mistake_of_one_line() -> None:
    [line] = mistakes("@hook\ndef make(a: int = 10**5000): ...")

    assert line.startswith("mask:make(a): default <int> ")


def test_all_mistakes_are_named_at_once() -> None:
    found = mistakes("""
        @hook(name="card bs", cpu="much", retries=-1)
        def make(a, b: complex, *rest: int, c: int = "x", help: Annotated[str, Option(ge=1)] = "", **more: int): ...
    """)

    assert [line.split(": ")[0] for line in found] == [
        *("mask:make(a)", "mask:make(b)", "mask:make(c)", "mask:make(help)", "mask:make(rest)", "mask:make(more)"),
        *("mask:make", "mask:make", "mask:make", "mask:make(help)"),
    ]


def test_mistakes_of_what_is_returned_are_named_beside_those_of_parameters() -> None:
    found = mistakes("@hook\ndef make(a, b: Path) -> int: ...")

    assert [line.split(":")[1] for line in found] == ["make(a)", "make(b)", "make(return)"]
    assert mistakes("@hook\ndef make() -> 'Missing': ...") == [
        "mask:make: name 'Missing' is not defined; import it above the hook, and not under `if TYPE_CHECKING:`"
    ]


def test_a_result_with_a_name_that_argo_can_not_take_is_a_mistake() -> None:
    source = "class Result(typing.NamedTuple):\n    größe: int\n@hook\ndef make() -> Result: ..."

    assert mistakes(source) == ["mask:make(return): returns 'größe', a name that Argo can't take; use ASCII letters"]


def test_an_only_input_or_output_may_have_any_name() -> None:
    @hook
    def make(input: Annotated[Path, Input()], output: Annotated[Path, Output()]) -> None: ...  # noqa: A002 - the flags' own names

    assert [part.name for part in read(make).inputs] == ["input"]
    assert [part.name for part in read(make).outputs] == ["output"]


# ---------------------------------------------------------------- annotations as text

POSTPONED = """
from __future__ import annotations
class Result(typing.NamedTuple):
    number: int
@hook
def make(
    a: Annotated[Path, Input("Scene")],
    b: Annotated[Path | None, Input()],
    c: Optional[int] = None,
    *,
    d: Literal["x", "y"] = "x",
    e: Case = Case.UPPER,
    f: list[typing.Annotated[int, Option(ge=1)]] = [1],
    g: Secret,
    h: HookContext,
) -> Result: ...
"""


def test_postponed_annotations_are_read_like_others() -> None:
    postponed, present = dict(NAMESPACE), dict(NAMESPACE)
    exec(POSTPONED, postponed)  # noqa: S102 - the source stands above
    exec(POSTPONED.replace("from __future__ import annotations", ""), present)  # noqa: S102 - the source stands above

    assert postponed["make"].__annotations__["c"] == "Optional[int]"
    assert read(postponed["make"]) == read(present["make"])


def test_what_the_decorator_does_not_take_is_named_with_what_is_meant() -> None:
    with pytest.raises(SignatureError) as caught:
        hook(timeout_second=3, colour="red")  # type: ignore[call-overload] # that is the mistake

    first, second = str(caught.value).splitlines()
    assert first == "@hook: takes no 'timeout_second'; did you mean 'timeout_seconds'?"
    assert second.startswith("@hook: takes no 'colour'; it takes name, version, ")

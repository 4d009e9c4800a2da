"""HookSpec: what a hook promises, as a frozen value that goes through JSON and comes back the same."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self

from hookkit.datatypes import ValueType, text_of
from hookkit.record import Record

SPEC_VERSION: Final = 1

_ENTRY_POINT: Final = r"(?P<module>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*):(?P<function>[A-Za-z_]\w*)"
_QUANTITY: Final = re.compile(r"(?P<number>[0-9]+(\.[0-9]+)?|\.[0-9]+)(?P<suffix>m|[kMGTPE]|[KMGTPE]i)?")
_SUFFIXES: Final = {
    "": 1.0,
    "m": 0.001,
    **{suffix: 1000.0**power for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": 1024.0**power for power, suffix in enumerate("KMGTPE", start=1)},
}


class EntryPoint(Record):
    """`package.module:function`, as Python's packaging metadata writes it."""

    module: str
    function: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `package.module:function`; ValueError where it is none."""
        match = re.fullmatch(_ENTRY_POINT, text)
        if match is None:
            msg = f"{text!r} is not package.module:function"
            raise ValueError(msg)
        return cls(match["module"], match["function"])

    def __str__(self) -> str:
        return f"{self.module}:{self.function}"


class Quantity(Record):
    """An amount of cpu (cores) or memory (bytes) in Kubernetes' notation: `500m`, `2`, `1Gi`."""

    text: str

    @classmethod
    def parse(cls, text: str | float) -> Self:
        """Read a quantity; ValueError where Kubernetes would refuse it or it is zero."""
        match = _QUANTITY.fullmatch(str(text))
        if match is None:
            msg = f"{text!r} is not a quantity; write for example 500m or 2 (cores), 512Mi or 4Gi (bytes)"
            raise ValueError(msg)
        quantity = cls(str(text))
        if not quantity.amount:
            msg = f"{text!r} is nothing; a hook needs some"
            raise ValueError(msg)
        return quantity

    @property
    def amount(self) -> float:
        """The amount in cores or bytes."""
        match = _QUANTITY.fullmatch(self.text)
        if match is None:
            msg = f"{self.text!r} is not a quantity"
            raise ValueError(msg)
        return float(match["number"]) * _SUFFIXES[match["suffix"] or ""]

    def __str__(self) -> str:
        return self.text


class InputSpec(Record):
    """A file or folder that the hook reads; `optional` ones are None (or no files) where they are not given.

    Attributes:
        glob: what the function gets of a folder: the paths below it that match; "" means the folder itself.
        many: whether the function gets all that match, sorted, or the only one.
        product_types: the platform's names of what it may hold, the usual one first: `IW_SLC__1S`.

    """

    name: str
    description: str = ""
    optional: bool = False
    glob: str = ""
    many: bool = False
    product_types: tuple[str, ...] = ()


class OutputSpec(Record):
    """A folder that the hook writes its products into; empty at the end is an error unless `optional`.

    Attributes:
        existing: what happens to an earlier output: "replace" product by product, or "refuse" to run.
        product_types: the platform's names of what it will hold, the usual one first: `CARD-BS`.

    """

    name: str
    description: str = ""
    optional: bool = False
    existing: str = "replace"
    product_types: tuple[str, ...] = ()


def name_flag(name: str) -> str:
    """`product_name` -> `--product-name`."""
    return "--" + name.replace("_", "-")


#: Names of options with the values, in JSON's terms, that they all have where it holds. The empty one means never.
Condition = tuple[tuple[str, Any], ...]


class OptionSpec(Record):
    """A value that the user of the hook sets.

    Attributes:
        default: in JSON's terms; it counts only if not `required`.
        required_when: None is a missing value where this holds.
        asked_for: what the platform's `Required` says; None: whether the value may be required at all.

    """

    name: str
    type: ValueType = ValueType()
    description: str = ""
    required: bool = False
    default: Any = None
    required_when: Condition = ()
    asked_for: bool | None = None

    @property
    def flag(self) -> str:
        """The flag of the container's command line: `--product-name`."""
        return name_flag(self.name)

    @property
    def default_value(self) -> Any:
        """The default as the function gets it (an Enum's member, a Path)."""
        return self.type.load(self.default)

    @property
    def default_text(self) -> str:
        """The default as it travels."""
        return self.type.write(self.default_value)


class SecretSpec(Record):
    """A password, key or token that the hook needs; None where it is not `required` and nobody gave it.

    `required_when` and `asked_for` mean what they mean for an option.
    """

    name: str
    description: str = ""
    required: bool = True
    required_when: Condition = ()
    asked_for: bool | None = None


def words_of(condition: Condition) -> str:
    """`when source_type is EXTERNAL`."""
    texts = {name: "none" if wanted is None else text_of(wanted) for name, wanted in condition}
    return "when " + " and ".join(f"{name} is {text}" for name, text in texts.items())


class ResultSpec(Record):
    """A value that the hook returns; it becomes an output parameter."""

    name: str
    type: ValueType


class Resources(Record):
    """What a container of the hook asks for, requests and limits alike (the platform wants both)."""

    cpu: Quantity = Quantity("1")
    memory: Quantity = Quantity("1Gi")


class Retry(Record):
    """How often a step that ended with a retryable status is run again, and the first wait in seconds."""

    limit: int = 2
    backoff_seconds: int = 30


class Listing(Record):
    """What the platform's list of workflows says of a hook beside all that follows from its signature.

    Attributes:
        documentation: the address of its documentation, as the platform keeps it.
        custom_input_source: whether users say where the input lies (custom hooks), or the platform's catalogue knows.
        input_product_status_offline: whether products may be ordered that the archive has to bring online first.

    """

    documentation: str | None = None
    custom_input_source: bool = True
    input_product_status_offline: bool = False


class HookSpec(Record):
    """All that a hook declares. `authoring` alone makes it from a function; everybody else reads it.

    Attributes:
        name: the platform's name of the hook: `card_bs`, `data-harvest`. Python's is in the entry point.
        parameters: the names of the function's parameters, in their order.
        context: the parameter that gets the HookContext; "" where there is none.
        timeout_seconds: after this much wall time the platform stops the hook.
        network: whether the hook needs a network; the platform promises none.

    """

    name: str
    version: str
    title: str
    description: str
    entry_point: EntryPoint
    inputs: tuple[InputSpec, ...] = ()
    outputs: tuple[OutputSpec, ...] = ()
    options: tuple[OptionSpec, ...] = ()
    secrets: tuple[SecretSpec, ...] = ()
    results: tuple[ResultSpec, ...] = ()
    context: str = ""
    parameters: tuple[str, ...] = ()
    listing: Listing = Listing()
    resources: Resources = Resources()
    retry: Retry = Retry()
    timeout_seconds: int = 3600
    network: bool = False

    @property
    def kubernetes_name(self) -> str:
        """The hook's name as Kubernetes takes it: `card-bs`."""
        return self.name.replace("_", "-").strip("-").lower()

    @property
    def options_and_secrets(self) -> tuple[OptionSpec | SecretSpec, ...]:
        """All values that users set, in the order of the function's parameters."""
        place = {name: number for number, name in enumerate(self.parameters)}
        return tuple(sorted((*self.options, *self.secrets), key=lambda one: place.get(one.name, len(place))))

    def to_json(self) -> dict[str, Any]:
        """The spec in JSON's terms; `HookSpec.from_json` gives an equal one back."""
        fields = {name: _FORMATS[name].write(value) for name, value in vars(self).items()}
        return {"spec_version": SPEC_VERSION, **fields}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is no HookSpec, or one of another version of the format.

        """
        try:
            if data["spec_version"] != SPEC_VERSION:
                msg = f"it has spec version {data['spec_version']}, this hookkit reads {SPEC_VERSION}"
                raise ValueError(msg)
            given = {name: data[name] for name in cls._fields if name in data or name not in _LATER}
            return cls(**{name: _FORMATS[name].read(value) for name, value in given.items()})
        except (KeyError, TypeError, AttributeError) as error:
            msg = f"it is no HookSpec ({type(error).__name__}: {error})"
            raise ValueError(msg) from error


class _Format(NamedTuple):
    """How a field is written in JSON's terms, and read."""

    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda data: data


_AS_IT_IS: Final = _Format()


def _record(kind: type[Record], fields: Mapping[str, _Format] = MappingProxyType({})) -> _Format:
    """An object of a Record's fields; those that are rare are left out where they say nothing."""

    def write(record: Record) -> dict[str, Any]:
        said = {name: value for name, value in vars(record).items() if name not in _RARE or value not in {(), None}}
        return {name: fields.get(name, _AS_IT_IS).write(value) for name, value in said.items()}

    def read(data: dict[str, Any]) -> Record:
        return kind(**{name: fields.get(name, _AS_IT_IS).read(value) for name, value in data.items()})

    return _Format(write, read)


def _several(kind: type[Record]) -> _Format:
    one = _record(kind, _FIELDS)
    return _Format(lambda parts: [one.write(part) for part in parts], lambda data: tuple(map(one.read, data)))


_RARE: Final = frozenset({"product_types", "required_when", "asked_for"})
_FIELDS: Final = {
    "type": _Format(ValueType.to_json, ValueType.from_json),
    "product_types": _Format(list, tuple),
    "required_when": _Format(dict, lambda data: tuple(data.items())),
}
_QUANTITY_FORMAT: Final = _Format(str, Quantity.parse)
#: Fields that earlier versions of hookkit did not write.
_LATER: Final = frozenset({"parameters", "listing"})
_FORMATS: Final[Mapping[str, _Format]] = dict.fromkeys(HookSpec._fields, _AS_IT_IS) | {
    "entry_point": _Format(str, EntryPoint.parse),
    "inputs": _several(InputSpec),
    "outputs": _several(OutputSpec),
    "options": _several(OptionSpec),
    "secrets": _several(SecretSpec),
    "results": _several(ResultSpec),
    "parameters": _Format(list, tuple),
    "listing": _record(Listing),
    "resources": _record(Resources, dict.fromkeys(Resources._fields, _QUANTITY_FORMAT)),
    "retry": _record(Retry),
}

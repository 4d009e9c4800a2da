"""HookSpec: what a hook promises, as a frozen value that goes through JSON and comes back the same."""

import re
from typing import Any, Final, Self

from hookkit.datatypes import ValueType
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

    """

    name: str
    description: str = ""
    optional: bool = False
    glob: str = ""
    many: bool = False


class OutputSpec(Record):
    """A folder that the hook writes its products into; empty at the end is an error unless `optional`.

    Attributes:
        existing: what happens to an earlier output: "replace" product by product, or "refuse" to run.

    """

    name: str
    description: str = ""
    optional: bool = False
    existing: str = "replace"


def name_flag(name: str) -> str:
    """`product_name` -> `--product-name`."""
    return "--" + name.replace("_", "-")


class OptionSpec(Record):
    """A value that the user of the hook sets. `default` is in JSON's terms and counts only if not `required`."""

    name: str
    type: ValueType = ValueType()
    description: str = ""
    required: bool = False
    default: Any = None

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
    """A password, key or token that the hook needs; None where it is not `required` and nobody gave it."""

    name: str
    description: str = ""
    required: bool = True


class ResultSpec(Record):
    """A value that the hook returns; it becomes an output parameter."""

    name: str
    type: ValueType = ValueType()


class Resources(Record):
    """What a container of the hook asks for, requests and limits alike (the platform wants both)."""

    cpu: Quantity = Quantity("1")
    memory: Quantity = Quantity("1Gi")


class Retry(Record):
    """How often a step that ended with a retryable status is run again, and the first wait in seconds."""

    limit: int = 2
    backoff_seconds: int = 30


class HookSpec(Record):
    """All that a hook declares. `authoring` alone makes it from a function; everybody else reads it.

    Attributes:
        name: the platform's name of the hook: a Python identifier, such as `card_bs`.
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
    resources: Resources = Resources()
    retry: Retry = Retry()
    timeout_seconds: int = 3600
    network: bool = False

    @property
    def kubernetes_name(self) -> str:
        """The hook's name as Kubernetes takes it: `card-bs`."""
        return self.name.replace("_", "-").strip("-").lower()

    def to_json(self) -> dict[str, Any]:
        """The spec in JSON's terms; `HookSpec.from_json` gives an equal one back."""
        return {
            "spec_version": SPEC_VERSION,
            "name": self.name,
            "version": self.version,
            "title": self.title,
            "description": self.description,
            "entry_point": str(self.entry_point),
            "inputs": [dict(vars(spec)) for spec in self.inputs],
            "outputs": [dict(vars(spec)) for spec in self.outputs],
            "options": [_typed_to_json(spec) for spec in self.options],
            "secrets": [dict(vars(spec)) for spec in self.secrets],
            "results": [_typed_to_json(spec) for spec in self.results],
            "context": self.context,
            "resources": {name: str(quantity) for name, quantity in vars(self.resources).items()},
            "retry": dict(vars(self.retry)),
            "timeout_seconds": self.timeout_seconds,
            "network": self.network,
        }

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
            return cls(
                name=data["name"],
                version=data["version"],
                title=data["title"],
                description=data["description"],
                entry_point=EntryPoint.parse(data["entry_point"]),
                inputs=tuple(InputSpec(**spec) for spec in data["inputs"]),
                outputs=tuple(OutputSpec(**spec) for spec in data["outputs"]),
                options=tuple(OptionSpec(**_with_type(spec)) for spec in data["options"]),
                secrets=tuple(SecretSpec(**spec) for spec in data["secrets"]),
                results=tuple(ResultSpec(**_with_type(spec)) for spec in data["results"]),
                context=data["context"],
                resources=Resources(**{name: Quantity.parse(text) for name, text in data["resources"].items()}),
                retry=Retry(**data["retry"]),
                timeout_seconds=data["timeout_seconds"],
                network=data["network"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            msg = f"it is no HookSpec ({type(error).__name__}: {error})"
            raise ValueError(msg) from error


def _typed_to_json(spec: OptionSpec | ResultSpec) -> dict[str, Any]:
    return vars(spec) | {"type": spec.type.to_json()}


def _with_type(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"type": ValueType.from_json(data["type"])}

"""What an author writes beside a parameter's type: `Annotated[Path, Input("…")]`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from hookkit.constraints import CONSTRAINTS, Constraints
from hookkit.record import Record

_NEVER: Final[Mapping[str, Any]] = MappingProxyType({})


class Input(Record):
    """A parameter of type `Path` that the hook reads: `Annotated[Path, Input("Folder that holds the product")]`.

    `Path | None = None` makes it optional. With `glob` the function gets what matches below the folder: the only path
    for `Path`, all of them, sorted, for `list[Path]`; to match nothing is an error unless the input is optional.
    `product_types` are the platform's names of what it may hold: the platform offers the hook for such products.
    """

    description: str = ""
    glob: str = ""
    product_types: tuple[str, ...] = ()


class Output(Record):
    """A parameter of type `Path`: an existing, empty folder that the hook writes its products into.

    Empty when the function returns, it is an error that names it, unless `optional`. An earlier output is replaced,
    product by product; with `existing="refuse"` the hook does not run over one. `product_types` are the platform's
    names of what it will hold.
    """

    description: str = ""
    optional: bool = False
    existing: Literal["replace", "refuse"] = "replace"
    product_types: tuple[str, ...] = ()


class Option(Record):
    """A value that the user of the hook sets: `Annotated[float, Option("Largest cloud cover", ge=0, le=1)]`.

    The bounds are named as pydantic's `Field` names them; they hold in the container, the manifest, the platform's
    descriptor and the JSON Schema alike. On a list, lengths count its items, and `list[Annotated[int, Option(ge=0)]]`
    bounds each of them.

    A value of type `T | None`, also a `Secret`, may be `required_when={"source_type": "EXTERNAL"}`: where the option
    `source_type` has that value (a choice or a bool), None is an error. With several names, all must have theirs.
    The platform's forms ask for what is required, always or at times; `asked_for` says otherwise.
    """

    description: str = ""
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    required_when: Mapping[str, Any] = _NEVER
    asked_for: bool | None = None

    def __hash__(self) -> int:
        # Python hashes what is annotated when types are combined, and a dict has no hash.
        return hash((self.description, self.constraints))

    @property
    def constraints(self) -> Constraints:
        """The bounds alone."""
        return Constraints(**{name: getattr(self, name) for name in CONSTRAINTS})


Marker = Input | Output | Option

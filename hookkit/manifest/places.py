"""A HookSpec becomes the places where its inputs and outputs lie in the container: name to path."""

from collections.abc import Sequence

from hookkit import contract
from hookkit.spec import HookSpec, InputSpec, OutputSpec


def input_places(spec: HookSpec) -> dict[str, str]:
    """Where the inputs lie: a single one at the root itself, several in a place each."""
    return _places(spec.inputs, contract.INPUT_ROOT)


def output_places(spec: HookSpec) -> dict[str, str]:
    """Where the outputs go: a single one to the root itself, several to a place each."""
    return _places(spec.outputs, contract.OUTPUT_ROOT)


def _places(parts: Sequence[InputSpec | OutputSpec], root: str) -> dict[str, str]:
    if len(parts) == 1:
        return {parts[0].name: root}
    return {part.name: f"{root}/{part.name}" for part in parts}

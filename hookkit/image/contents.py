"""A plan's runtime, dependencies and code become Layers: installed, compiled, and ready for any builder."""

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hookkit.cache import Cache
from hookkit.contract import IMAGE_ROOT
from hookkit.image.builder import Component
from hookkit.image.layer import DEPENDENCIES, Layer, size_of
from hookkit.image.plan import ImagePlan
from hookkit.image.python.bytecode import compile_bytecode
from hookkit.image.python.interpreter import Interpreter
from hookkit.project import Project

if TYPE_CHECKING:
    from hookkit.image.python.distributions import Distribution

#: A package of this size is a layer of its own: when another one changes, it is neither packed nor sent again.
_LARGE_BYTES: Final = 1 << 20
#: Engines stack 127 layers at most (overlay2), and the base has some.
_MOST_LAYERS: Final = 60


def own_layers(plan: ImagePlan, cache: Cache, interpreter: Interpreter | None) -> tuple[Layer, Layer]:
    """The layers of hookkit's runtime and of the author's code.

    Args:
        plan: what is wanted.
        cache: keeps the bytecode.
        interpreter: compiles; None for no bytecode.

    Raises:
        BuildError: the interpreter failed.

    """
    runtime, code = with_bytecode((plan.runtime_layer, plan.code_layer), cache, interpreter)
    return runtime, code


def dependency_layers(
    plan: ImagePlan, project: Project, cache: Cache, interpreter: Interpreter | None
) -> "tuple[tuple[Layer, ...], tuple[Distribution, ...]]":
    """The layers of the dependencies, and what they are; the files lie in the cache.

    Args:
        plan: what is wanted.
        project: uv is run there, so that its settings for indexes count.
        cache: keeps what is installed, and the bytecode.
        interpreter: compiles; None for no bytecode.

    Raises:
        DependencyError: a package can't be had for the target.
        BuildError: the interpreter failed.

    """
    from hookkit.image.python.wheels import install_dependencies  # what was packed before needs none of it

    distributions = install_dependencies(cache, plan.dependencies, project)
    single = tuple(map(_distribution_layer, distributions))
    return grouped(with_bytecode(single, cache, interpreter)), distributions


def _distribution_layer(one: "Distribution") -> Layer:
    return Layer(f"{one.name} {one.version}", DEPENDENCIES, IMAGE_ROOT, one.entries, one.key)


def with_bytecode(layers: tuple[Layer, ...], cache: Cache, interpreter: Interpreter | None) -> tuple[Layer, ...]:
    """The layers with the bytecode of their modules beside them."""
    if interpreter is None:
        return layers
    compiled = compile_bytecode(cache, layers, interpreter)
    return tuple(
        replace(
            layer,
            entries=tuple(sorted((*layer.entries, *files), key=lambda entry: entry.path)),
            known_key=_joined_key(layer.key, interpreter.version, interpreter.tag),
        )
        for layer, files in zip(layers, compiled, strict=True)
    )


def grouped(packages: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Large packages stay layers of their own; all others become one, below them."""
    sizes = {layer.name: layer_size(layer) for layer in packages}
    by_size = sorted(packages, key=lambda layer: (-sizes[layer.name], layer.name))
    large = {layer.name for layer in by_size[:_MOST_LAYERS] if sizes[layer.name] >= _LARGE_BYTES}
    small = [layer for layer in packages if layer.name not in large]
    return (*([_joined(small)] if small else []), *(layer for layer in packages if layer.name in large))


def _joined(layers: list[Layer]) -> Layer:
    entries = sorted((entry for layer in layers for entry in layer.entries), key=lambda entry: entry.path)
    name = layers[0].name if len(layers) == 1 else f"{len(layers)} small packages"
    return Layer(name, DEPENDENCIES, IMAGE_ROOT, tuple(entries), _joined_key(*(layer.key for layer in layers)))


def _joined_key(*keys: str) -> str:
    return hashlib.sha256("\0".join(keys).encode()).hexdigest()


def layer_size(layer: Layer) -> int:
    """Bytes of all files of a layer."""
    return sum(size_of(entry) for entry in layer.entries)


def component_of(one: "Distribution") -> Component:
    """A distribution as reports and bills of materials have it."""
    return Component("pypi", one.name, one.version, one.licence, one.size, one.hashes)

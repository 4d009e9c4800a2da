"""An ImagePlan becomes an Image without an engine: nothing of the image runs, and nobody has to be root."""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from hookkit.cache import Cache
from hookkit.contract import IMAGE_ROOT
from hookkit.errors import BuildError
from hookkit.image.assemble import assemble_image
from hookkit.image.base.apt.assemble import PackageStore
from hookkit.image.base.facts import BaseFacts
from hookkit.image.base.opening import base_facts, check_base, open_base
from hookkit.image.builder import BuiltImage, Component, Delivered, Duration, LayerSize, Progress, Watcher, unwatched
from hookkit.image.contents import component_of, dependency_layers, layer_size, own_layers
from hookkit.image.layer import RUNTIME, Layer, LayerFile
from hookkit.image.oci.compression import Compression, best_gzip
from hookkit.image.oci.model import Image, ImageLayer
from hookkit.image.oci.pack import pack_layer, packed_layer
from hookkit.image.output import compression_for, deliver
from hookkit.image.plan import ImagePlan
from hookkit.image.python.environment import environment_entries
from hookkit.image.python.interpreter import Interpreter
from hookkit.image.python.standard_library import standard_library_layer
from hookkit.project import Project
from hookkit.reference import ImagePlace, ImageReference

if TYPE_CHECKING:
    from hookkit.image.python.distributions import Distribution

_KIND: Final = "dependencies"
#: A layer, and what it is called in the image's history and in reports.
Named = tuple[str, ImageLayer]


@dataclass(frozen=True)
class OciBuilder:
    """Builds by itself.

    Attributes:
        project: uv is run there, so that its settings for indexes count.
        cache: what it holds is not made again.
        interpreter: compiles modules; None for no bytecode.
        compression: how layers are stored at first.
        watch: hears of each step.

    """

    project: Project
    cache: Cache
    interpreter: Interpreter | None = None
    compression: Compression = field(default_factory=best_gzip)
    watch: Watcher = unwatched

    def build(self, plan: ImagePlan, reference: ImageReference) -> BuiltImage:
        """Build an image; it lies in the cache alone until it's delivered somewhere.

        Raises:
            BuildError: the base does not fit, a library is missing, a file can't be read.
            DependencyError: a package can't be had for the target.
            HookkitError: the base can't be had.

        """
        making = _Making(self, plan, self.compression)
        image = making.image()
        return BuiltImage(
            reference=reference,
            image_id=image.config_descriptor.digest,
            size=sum(layer.descriptor.size for layer in image.layers),
            image=lambda wanted: image if wanted == self.compression else _Making(self, plan, wanted).image(),
            durations=tuple(making.durations),
            layers=tuple(LayerSize(name, layer.descriptor.size) for name, layer in making.named),
            components=tuple(making.components),
        )

    def deliver(self, images: tuple[BuiltImage, ...], place: ImagePlace) -> Delivered:
        """Write, load or push the image.

        Raises:
            HookkitError: it can't be written, or is refused.

        """
        compression = compression_for(place)
        values = tuple(image.image(compression) for image in images)
        return deliver(values, place, images[0].reference, self.cache, self.watch)


@dataclass
class _Making:
    """One image that is being made.

    Attributes:
        named: its layers so far, the base's among them.
        components: what they hold.

    """

    builder: OciBuilder
    plan: ImagePlan
    compression: Compression
    named: list[Named] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    durations: list[Duration] = field(default_factory=list)

    def image(self) -> Image:
        with self._step("base"):
            store = PackageStore(self.builder.cache, self.compression, self.builder.watch)
            base = open_base(self.plan.base, self.plan.platform, store)
            listing, facts = base_facts(base, self.builder.cache, str(self.plan.base))
            check_base(facts, self.plan.python, str(self.plan.base))
            self.named += [("base", layer) for layer in base.layers]
            if self.builder.interpreter and (
                compiled := standard_library_layer(
                    base, (listing, facts), self.builder.interpreter, self.builder.cache, self.compression
                )
            ):
                self.named.append(("bytecode of the standard library", compiled))
        with self._step("code"):
            runtime, code = own_layers(self.plan, self.builder.cache, self.builder.interpreter)
            self.named.append(self._packed(runtime))
            self.named.append(self._packed(_environment(self.plan, facts)))
        with self._step("dependencies"):
            self.named += self._dependencies(facts)
        self.named.append(self._packed(code))
        return assemble_image(self.plan, base, tuple(self.named[len(base.layers) :]))

    @contextmanager
    def _step(self, text: str) -> Iterator[None]:
        self.builder.watch(Progress(text))
        started = time.monotonic()
        yield
        self.durations.append(Duration(text, time.monotonic() - started))

    def _packed(self, layer: Layer) -> Named:
        return layer.name, pack_layer(self.builder.cache, layer, self.compression)

    # ------------------------------------------------------------ dependencies

    def _dependencies(self, facts: BaseFacts) -> list[Named]:
        """The layers of the dependencies; nothing is installed where all of them were packed before."""
        key = self._dependencies_key(facts)
        known = self._known(self.builder.cache.fact(_KIND, key))
        if known is not None:
            return known
        from concurrent.futures import ThreadPoolExecutor  # costs a rebuild that installs nothing more than it has

        layers, distributions = dependency_layers(
            self.plan, self.builder.project, self.builder.cache, self.builder.interpreter
        )
        # Compressing lets other threads run; the largest come first, so that no core waits for the last.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = {
                layer.name: pool.submit(self._packed, layer) for layer in sorted(layers, key=layer_size, reverse=True)
            }
            _check_libraries(distributions, facts)
            packed = [jobs[layer.name].result() for layer in layers]
        found = [component_of(one) for one in distributions]
        names = [[layer.name, layer.key] for layer in layers]
        self.builder.cache.remember(_KIND, key, {"layers": names, "components": [asdict(one) for one in found]})
        self.components += found
        return packed

    def _dependencies_key(self, facts: BaseFacts) -> str:
        """What shapes them, and what they were found to fit."""
        libraries = hashlib.sha256("\0".join(sorted(facts.libraries)).encode(errors="surrogateescape")).hexdigest()
        compiled = self.builder.interpreter.version if self.builder.interpreter else ""
        return json.dumps([self.plan.dependencies.key, compiled, libraries])

    def _known(self, fact: Any) -> list[Named] | None:
        match fact:
            case {"layers": list(names), "components": list(components)}:
                found = [
                    (name, packed_layer(self.builder.cache, IMAGE_ROOT, key, self.compression)) for name, key in names
                ]
                if all(layer for _, layer in found):
                    self.components += [_component_from(one) for one in components]
                    return [(name, layer) for name, layer in found if layer]
        return None


def _environment(plan: ImagePlan, facts: BaseFacts) -> Layer:
    entries = environment_entries(PurePosixPath(facts.python), plan.python)
    return Layer("virtual environment", RUNTIME, IMAGE_ROOT, entries)


def _component_from(fact: Mapping[str, Any]) -> Component:
    return Component(**{**fact, "hashes": tuple(fact["hashes"])})


def _check_libraries(distributions: "tuple[Distribution, ...]", facts: BaseFacts) -> None:
    """Refuse dependencies that would not load: a library that nobody brings is named here, not where the hook runs."""
    from hookkit.image.base.sonames import Needs, missing_libraries, needed_sonames

    brought = {PurePosixPath(entry.path).name for one in distributions for entry in one.entries}
    needs = (
        Needs(f"{one.name} {one.version}", entry.path, needed_sonames(entry.source))
        for one in distributions
        for entry in one.entries
        if _may_be_elf(entry)
    )
    if problems := missing_libraries(needs, facts.libraries | brought):
        raise BuildError(*problems)


def _may_be_elf(entry: LayerFile) -> bool:
    return ".so" in entry.path or entry.executable

"""An ImagePlan becomes an image in a Docker engine, by a builder of the engine's."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

from hookkit.cache import Cache
from hookkit.errors import BuildError, EngineError, HookkitError, Problem
from hookkit.image.base.apt.assemble import PackageStore
from hookkit.image.base.opening import open_base
from hookkit.image.builder import BuiltImage, Delivered, Watcher, unwatched
from hookkit.image.contents import component_of, dependency_layers, own_layers
from hookkit.image.docker.build_log import BuildLog, CacheLostError, wrong_platform
from hookkit.image.docker.context import build_context
from hookkit.image.docker.dockerfile import render_dockerfile, render_labels
from hookkit.image.docker.engine import engine_answers
from hookkit.image.docker.events import BuildCall, BuildEvents, build_events
from hookkit.image.docker.images import layer_sizes, load_image, saved_image
from hookkit.image.docker.push import push_image
from hookkit.image.oci.compression import NONE, Compression
from hookkit.image.oci.model import Image
from hookkit.image.oci.pack import recompressed
from hookkit.image.oci.source import ImageReader
from hookkit.image.output import compression_for, deliver
from hookkit.image.plan import ImagePlan
from hookkit.image.platform import Platform
from hookkit.image.python.interpreter import Interpreter
from hookkit.project import Project
from hookkit.reference import REGISTRY, ImagePlace, ImageReference

if TYPE_CHECKING:
    from docker import DockerClient

#: What a base is called in the engine that comes from elsewhere than a registry.
_BASE: Final = "hookkit-base"
_TAG_DIGITS: Final = 12


@dataclass(frozen=True)
class DockerBuilder:
    """Builds in an engine.

    Attributes:
        project: uv is run there, so that its settings for indexes count.
        cache: keeps bases that the engine does not pull, and bytecode.
        interpreter: compiles modules; None for no bytecode.
        watch: hears of each step, and of the bytes of a base that is pulled.
        dockerfile: the text of the project's own; None is the plan's.
        use_cache: whether steps that did not change are taken from earlier builds.
        events: how the engine is asked; None for the best way that there is.

    """

    client: "DockerClient"
    project: Project
    cache: Cache
    interpreter: Interpreter | None = None
    watch: Watcher = unwatched
    dockerfile: str | None = None
    use_cache: bool = True
    events: BuildEvents | None = None

    def build(self, plan: ImagePlan, reference: ImageReference) -> BuiltImage:
        """Build; a failure leaves no container and no image behind, and what had the name before keeps it.

        A build that is interrupted may leave the step that was under way in the engine's cache.

        Raises:
            BuildError: a step failed, the base can't be had or is of another platform.
            EngineError: the engine did.

        """
        layers, distributions = dependency_layers(plan, self.project, self.cache, self.interpreter)
        runtime, code = own_layers(plan, self.cache, self.interpreter)
        text = self._dockerfile(plan) + render_labels(plan)
        with engine_answers(), build_context((runtime, *layers, code), text) as context:
            built = self._build(plan, context, reference)
        return replace(built, components=tuple(map(component_of, distributions)))

    def deliver(self, images: tuple[BuiltImage, ...], place: ImagePlace) -> Delivered:
        """Name or push the image by the engine, or save it and write it elsewhere.

        Raises:
            EngineError: the engine failed, or a registry refused it.
            BuildError: it can't be written.

        """
        (built,) = images
        if place.transport == REGISTRY:
            return Delivered(place, push_image(self.client, built, place.reference, self.watch))
        if place.transport == "docker":
            return Delivered(place, self._named(built, place))
        return deliver((built.image(compression_for(place)),), place, built.reference, self.cache, self.watch)

    def _named(self, built: BuiltImage, place: ImagePlace) -> ImageReference:
        if not place.name:
            return built.reference
        wanted = place.reference.with_tag(place.reference.tag or built.reference.tag)
        with engine_answers():
            self.client.api.tag(built.image_id, wanted.name, wanted.tag)
        return wanted

    def _dockerfile(self, plan: ImagePlan) -> str:
        return self.dockerfile if self.dockerfile is not None else render_dockerfile(plan, base=self._base(plan))

    def _base(self, plan: ImagePlan) -> str:
        """The name that the engine has the base by; one that it can't pull is loaded into it."""
        if plan.base.place.transport == REGISTRY and not plan.base.packages:
            return str(plan.base)
        image = open_base(plan.base, plan.platform, PackageStore(self.cache, NONE, self.watch))
        digits = image.config_descriptor.digest.removeprefix("sha256:")[:_TAG_DIGITS]
        return str(load_image(self.client, image, ImageReference(_BASE, tag=digits), self.watch))

    def _build(self, plan: ImagePlan, context: IO[bytes], reference: ImageReference) -> BuiltImage:
        try:
            log = self._run(plan, context)
        except CacheLostError:  # what is left of the cache serves the second time
            context.seek(0)
            log = self._run(plan, context)
        details = self._inspect(log.image_id)
        self.client.api.tag(log.image_id, reference.name, reference.tag or "latest")
        image = partial(engine_image, self.client, log.image_id, plan.platform, self.cache)
        layers = layer_sizes(self.client, log.image_id)
        return BuiltImage(reference, log.image_id, details["Size"], image, tuple(log.durations), layers)

    def _run(self, plan: ImagePlan, context: IO[bytes]) -> BuildLog:
        log = BuildLog(self.watch)
        build = self.events or build_events(self.client)
        with self._without_leftovers(log):
            # Closed at once where something fails: the engine stops the step when nobody listens any more.
            with closing(build(BuildCall(context, plan.platform, self.use_cache))) as events:
                for event in events:
                    log.read(event)
            log.finish()
            _check_platform(plan, self._inspect(log.image_id))
        return log

    def _inspect(self, image_id: str) -> Mapping[str, Any]:
        if not image_id:
            raise EngineError(Problem("engine", "the build ended without an image", "see the engine's log"))
        return self.client.images.get(image_id).attrs

    @contextmanager
    def _without_leftovers(self, log: BuildLog) -> Iterator[None]:
        """Remove what a build that failed or was interrupted made, but for what others stand on."""
        try:
            yield
        except BaseException:
            with suppress(HookkitError), engine_answers():
                for image in reversed(log.made):
                    self.client.api.remove_image(image, noprune=True)  # its parents may be a step of another build
            raise


def engine_image(
    client: "DockerClient", image_id: str, platform: Platform, cache: Cache, compression: Compression
) -> Image:
    """An image of the engine as a value, its layers stored as they are wanted elsewhere."""
    image = ImageReader(cache, saved_image(client, image_id, cache), image_id).read(platform)
    return replace(image, layers=tuple(recompressed(cache, layer, compression) for layer in image.layers))


def _check_platform(plan: ImagePlan, details: Mapping[str, Any]) -> None:
    """The classic builder takes a base of another platform without a word."""
    built = Platform(details["Os"], details["Architecture"])
    if built != plan.platform:
        raise BuildError(wrong_platform(str(plan.base), str(built), str(plan.platform)))

"""What is asked of a build becomes images where they are wanted, by whichever builder there is."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hookkit.cache import Cache
from hookkit.errors import HookkitError, Problem, ProjectError
from hookkit.image.builder import Builder, BuiltImage, Component, Delivered, Duration, Progress, Watcher, unwatched
from hookkit.image.docker.dockerfile import owned_dockerfile
from hookkit.image.docker.engine import connect, engine_listens, engine_platform
from hookkit.image.embedded import OciBuilder
from hookkit.image.oci.blobs import DamagedBlobError
from hookkit.image.oci.compression import NONE, Compression, best_gzip
from hookkit.image.output import compression_for
from hookkit.image.pinning import Pinning
from hookkit.image.plan import Base, ImagePlan, ImageRequest, Ingredients, default_reference, plan_image
from hookkit.image.platform import Platform
from hookkit.image.prepare import USUAL_GLIBC, Prepared, prepare_images
from hookkit.image.python.dependencies import Dependencies
from hookkit.image.python.interpreter import Interpreter, find_interpreter
from hookkit.project import Project, find_python, python_minor
from hookkit.reference import APT, REGISTRY, ImagePlace, ImageReference
from hookkit.spec import HookSpec

DOCKER: Final = "docker"
OCI: Final = "oci"
#: Below dist/, for an image that nobody asked to have elsewhere.
LAYOUT: Final = "image"
_PLACES: Final = "write oci:DIR, tar:FILE, docker: or REGISTRY/REPO"


@dataclass(frozen=True, kw_only=True)
class BuildOrder:
    """What is asked of a build.

    Attributes:
        builder: `docker` or `oci`; "" for an engine where one answers.
        base: instead of the settings' `base-image`.
        platforms: none means that of the engine, or of this machine.
        outputs: where the image is to go; none means the engine, or a layout in dist/.
        tag: instead of one made from version and contents.
        bytecode: whether modules are compiled.
        use_cache: whether an engine takes steps from earlier builds.
        locked: whether the lock has to hold all that is needed.

    """

    builder: str = ""
    base: ImagePlace | None = None
    platforms: tuple[Platform, ...] = ()
    outputs: tuple[ImagePlace, ...] = ()
    tag: str = ""
    bytecode: bool = True
    use_cache: bool = True
    locked: bool = False


@dataclass(frozen=True)
class BuildPlan:
    """What a build is going to do.

    Attributes:
        builder: `docker` or `oci`.
        reference: the image's name.
        outputs: where it goes.
        interpreter: compiles its modules; None for no bytecode.

    """

    builder: str
    reference: ImageReference
    prepared: Prepared
    outputs: tuple[ImagePlace, ...]
    interpreter: Interpreter | None

    @property
    def plans(self) -> tuple[ImagePlan, ...]:
        """The image's plans, one a platform."""
        return self.prepared.plans


@dataclass(frozen=True)
class BuildResult:
    """What came of a build: the images, one a platform, and where they arrived."""

    plan: BuildPlan
    images: tuple[BuiltImage, ...]
    delivered: tuple[Delivered, ...]
    durations: tuple[Duration, ...]

    @property
    def key(self) -> str:
        """Equal keys, equal images: their IDs."""
        return " ".join(image.image_id for image in self.images)

    @property
    def components(self) -> tuple[Component, ...]:
        """What hookkit put into the image, or into the first of them."""
        debs = self.plan.plans[0].base.packages
        packages = (Component("deb", one.name, one.version, size=one.size, hashes=(one.digest,)) for one in debs)
        return (*self.images[0].components, *packages)


@dataclass(frozen=True)
class Build:
    """A build of a hook's image: `plan` decides, `run` does it.

    Attributes:
        project: that the hook lies in.
        spec: what the hook declares.
        order: what is asked.
        cache: what it holds is not made again.
        watch: hears of each step.

    """

    project: Project
    spec: HookSpec
    order: BuildOrder
    cache: Cache
    watch: Watcher = unwatched

    def plan(self) -> BuildPlan:
        """Decide what is built, by whom and where it goes; the lock is made or completed for that.

        Raises:
            ProjectError: what is asked contradicts itself.
            HookkitError: base or dependencies can't be pinned.

        """
        builder = self.order.builder or _builder_here()
        self._check(builder)
        interpreter = find_interpreter_once(self.project, self.cache) if self.order.bytecode else None
        self.watch(Progress("gathering code and dependencies"))
        pinning = self._pinning(builder, interpreter.minor if interpreter else python_minor(self.project))
        outputs = self.order.outputs or (self._output(builder),)
        prepared = prepare_images(
            self.spec,
            pinning,
            bytecode=interpreter.version if interpreter else "",
            locked=self.order.locked,
            compression=_first_compression(builder, outputs),
        )
        reference = default_reference(self.spec, prepared.plans)
        return BuildPlan(
            builder=builder,
            reference=reference.with_tag(self.order.tag) if self.order.tag else reference,
            prepared=prepared,
            outputs=outputs,
            interpreter=interpreter,
        )

    def draft(self) -> ImagePlan:
        """The plan of an image for an engine, with nothing pinned: what a Dockerfile is written from.

        Raises:
            ProjectError: the hook's Python does not run.

        """
        platform = (*self.order.platforms, Platform.of_this_machine())[0]  # nobody is asked: it's in no Dockerfile
        python, base = python_minor(self.project), self.order.base
        pinning = Pinning(self.project, python, (platform,), self.cache, base, embedded=False)
        dependencies = Dependencies("\n".join(self.project.dependencies), pinning.python, platform, USUAL_GLIBC)
        request = ImageRequest(python=pinning.python, platform=platform)
        return plan_image(self.spec, request, Ingredients(Base(pinning.place), dependencies))

    def run(self, plan: BuildPlan) -> BuildResult:
        """Build the images of a plan and deliver them.

        Raises:
            BuildError: a step failed; what was there before still is.
            HookkitError: an engine or a registry failed.

        """
        with ExitStack() as stack:
            builder = self._builder(plan, stack)
            damaged: set[str] = set()
            while True:
                try:
                    return _build(builder, plan)
                except DamagedBlobError as error:  # what is damaged in the cache is made anew
                    if error.digest in damaged:
                        raise
                    damaged.add(error.digest)
                    self.cache.forget_blob(error.digest)

    def _pinning(self, builder: str, python: str) -> Pinning:
        return Pinning(
            project=self.project,
            python=python,
            platforms=self.order.platforms or (_platform_of(builder),),
            cache=self.cache,
            base=self.order.base,
            embedded=builder == OCI,
            watch=self.watch,
        )

    def _output(self, builder: str) -> ImagePlace:
        return ImagePlace("docker") if builder == DOCKER else ImagePlace("oci", str(self.project.dist / LAYOUT))

    def _check(self, builder: str) -> None:
        """Refuse what contradicts itself, all of it at once."""
        owned = owned_dockerfile(self.project)
        problems = list(_wrong_outputs(self.order.outputs))
        if owned and builder == OCI:
            remedy = "start an engine and take `--builder docker`, or remove the file"
            problems.append(Problem(str(owned), "is the project's own, and only an engine can follow it", remedy))
        if owned and self.order.base:
            remedy = f"mend its FROM, or remove {owned}"
            problems.append(Problem("--base-image", "has no say where the project owns its Dockerfile", remedy))
        if builder == DOCKER and len(self.order.platforms) > 1:
            remedy = "take `--builder oci`, or build for one after the other"
            problems.append(Problem("--platform", "an engine builds for one platform at a time", remedy))
        if problems:
            raise ProjectError(*problems)

    def _builder(self, plan: BuildPlan, stack: ExitStack) -> Builder:
        if plan.builder == OCI:
            return OciBuilder(
                self.project, self.cache, plan.interpreter, _first_compression(OCI, plan.outputs), self.watch
            )
        from hookkit.image.docker.builder import DockerBuilder

        owned = owned_dockerfile(self.project)
        return DockerBuilder(
            client=stack.enter_context(connect()),
            project=self.project,
            cache=self.cache,
            interpreter=plan.interpreter,
            watch=self.watch,
            dockerfile=owned.read_text(encoding="utf-8") if owned else None,
            use_cache=self.order.use_cache,
        )


def _builder_here() -> str:
    return DOCKER if engine_listens() else OCI


def _platform_of(builder: str) -> Platform:
    if builder == OCI:
        return Platform.of_this_machine()
    with connect() as client:
        return engine_platform(client)


def find_interpreter_once(project: Project, cache: Cache) -> Interpreter | None:
    """The Python that compiles for the hook; asked anew where the hook's own Python is another one."""
    python = find_python(project).executable
    stat = python.stat()
    key = f"{python}\0{stat.st_ino}\0{stat.st_size}\0{stat.st_mtime_ns}"
    match cache.fact("interpreters", key):
        case [str(executable), str(minor), str(version), str(tag)]:
            return Interpreter(Path(executable), minor, version, tag)
    found = find_interpreter(project, python_minor(project))
    if found:
        cache.remember("interpreters", key, [str(found.executable), found.minor, found.version, found.tag])
    return found


def _first_compression(builder: str, outputs: tuple[ImagePlace, ...]) -> Compression:
    """How layers are stored at first: as the outputs want them, with gzip where they differ; an engine wants none."""
    wanted = {compression_for(place) for place in outputs}
    return NONE if builder == DOCKER or wanted == {NONE} else best_gzip()


def _build(builder: Builder, plan: BuildPlan) -> BuildResult:
    images = tuple(builder.build(one, plan.reference) for one in plan.plans)
    durations = [*plan.prepared.durations, *(step for image in images for step in image.durations)]
    delivered: list[Delivered] = []
    for place in plan.outputs:
        started = time.monotonic()
        with _naming_arrived(delivered):
            delivered.append(builder.deliver(images, place))
        durations.append(Duration(f"to {place}", time.monotonic() - started))
    return BuildResult(plan, images, tuple(delivered), tuple(durations))


@contextmanager
def _naming_arrived(delivered: list[Delivered]) -> Iterator[None]:
    """Where one of several places can't be reached, say which of the others have the image."""
    try:
        yield
    except HookkitError as error:
        what = "has the new image, unlike what comes after it"
        remedy = "build again: what is there already is not written twice"
        error.problems += tuple(Problem(str(one.place), what, remedy) for one in delivered)
        raise


def _wrong_outputs(places: tuple[ImagePlace, ...]) -> Iterator[Problem]:
    """What no image should go to: where bases come from, and a name that would lead to a registry that nobody named."""
    for place in places:
        if place.transport == APT:
            yield Problem("--output", f"{str(place)!r} is where bases come from; no image goes there", _PLACES)
        elif place.transport == REGISTRY and not place.reference.registry:
            yield Problem("--output", f"{str(place)!r} names no registry", _PLACES)

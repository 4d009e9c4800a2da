"""An ImagePlan becomes an image in a Docker engine, through the engine's classic builder."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from hookkit.errors import BuildError, EngineError, HookkitError, Problem
from hookkit.image.build_log import BuildLog, CacheLostError, wrong_platform
from hookkit.image.builder import BuiltImage, Watcher, unwatched
from hookkit.image.context import build_context
from hookkit.image.dockerfile import DOCKERFILE, render_dockerfile, render_labels
from hookkit.image.engine import engine_answers
from hookkit.image.plan import ImagePlan
from hookkit.image.platform import Platform

if TYPE_CHECKING:
    from docker import DockerClient


@dataclass(frozen=True)
class DockerBuilder:
    """Builds in an engine.

    Attributes:
        watch: hears of each step, and of the bytes of a base that is pulled.
        dockerfile: the text of the project's own; None is the plan's.
        use_cache: whether steps that did not change are taken from earlier builds.

    """

    client: "DockerClient"
    watch: Watcher = unwatched
    dockerfile: str | None = None
    use_cache: bool = True

    def build(self, plan: ImagePlan) -> BuiltImage:
        """Build; a failure leaves no container and no image behind, and what had the name before keeps it.

        A build that is interrupted may leave the step that was under way in the engine's cache.

        Raises:
            BuildError: a step failed, the base can't be had or is of another platform.
            EngineError: the engine did.

        """
        try:
            return self._build(plan)
        except CacheLostError:  # what is left of the cache serves the second time
            return self._build(plan)

    def _build(self, plan: ImagePlan) -> BuiltImage:
        log = BuildLog(self.watch)
        text = self.dockerfile if self.dockerfile is not None else render_dockerfile(plan)
        with engine_answers(), build_context(plan, text + render_labels(plan)) as context, self._without_leftovers(log):
            self._run(plan, context, log)
            details = self._inspect(log)
            _check_platform(plan, details)
            self.client.api.tag(log.image_id, plan.reference.name, plan.reference.tag or "latest")
        return BuiltImage(plan.reference, log.image_id, details["Size"], tuple(log.durations))

    def _run(self, plan: ImagePlan, context: IO[bytes], log: BuildLog) -> None:
        # Closed at once where something fails: the engine stops the step when nobody listens any more.
        with closing(self._events(plan, context)) as events:
            for event in events:
                log.read(event)
        log.finish()

    def _events(self, plan: ImagePlan, context: IO[bytes]) -> Generator[Mapping[str, Any]]:
        from docker.errors import APIError

        try:
            yield from self.client.api.build(
                fileobj=context,
                custom_context=True,
                dockerfile=DOCKERFILE,
                platform=str(plan.platform),
                nocache=not self.use_cache,
                rm=True,
                forcerm=True,
                decode=True,
                timeout=None,  # a step may be silent for longer than the SDK's minute
            )
        except APIError as error:
            if not error.is_client_error():
                raise
            # What is wrong before the first step is the Dockerfile, which the engine then did not understand.
            raise BuildError(Problem(DOCKERFILE, str(error.explanation), "mend it, or remove it")) from None

    def _inspect(self, log: BuildLog) -> Mapping[str, Any]:
        if not log.image_id:
            raise EngineError(Problem("engine", "the build ended without an image", "see the engine's log"))
        return self.client.images.get(log.image_id).attrs

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


def _check_platform(plan: ImagePlan, details: Mapping[str, Any]) -> None:
    """The classic builder takes a base of another platform without a word."""
    built = Platform(details["Os"], details["Architecture"])
    if built != plan.platform:
        raise BuildError(wrong_platform(str(plan.base), str(built), str(plan.platform)))

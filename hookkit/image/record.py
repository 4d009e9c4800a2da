"""What came of a build becomes the BuildRecord that stays in dist/."""

from collections.abc import Iterable
from typing import Final

from hookkit.dist import BuildRecord
from hookkit.image.build import BuildResult
from hookkit.image.builder import Component, Duration
from hookkit.image.code import code_digest
from hookkit.reference import REGISTRY, ImageReference

#: As many as a person reads.
_LARGEST: Final = 10


def record_of(result: BuildResult) -> BuildRecord:
    """The record of a build; of several platforms the first one's sizes."""
    image, plan = result.images[0], result.plan.plans[0]
    reference = _reference(result)
    return BuildRecord(
        image=str(reference),
        digest=reference.digest,
        image_id=image.image_id,
        base_image=str(plan.base),
        size_bytes=image.size,
        builder=result.plan.builder,
        platforms=tuple(str(one.platform) for one in result.plan.plans),
        outputs=tuple(_name(one.place.transport, str(one.place), one.reference) for one in result.delivered),
        layers=tuple((layer.name, layer.size) for layer in image.layers),
        packages=_largest(result.components),
        durations_seconds=_by_step(result.durations),
        code=code_digest(plan.code),
    )


def _reference(result: BuildResult) -> ImageReference:
    """The name that others find the image by: a registry's first."""
    names = [one.reference for one in result.delivered]
    return next((name for name in names if name.digest), names[0])


def _name(transport: str, place: str, reference: ImageReference) -> str:
    return str(reference) if transport == REGISTRY else place


def _largest(components: tuple[Component, ...]) -> tuple[tuple[str, int], ...]:
    by_size = sorted(components, key=lambda one: (-one.size, one.name))
    return tuple((f"{one.name} {one.version}", one.size) for one in by_size[:_LARGEST])


def _by_step(durations: Iterable[Duration]) -> dict[str, float]:
    """Seconds by step; a Dockerfile may take the same step twice."""
    seconds: dict[str, float] = {}
    for one in durations:
        seconds[one.step] = round(seconds.get(one.step, 0.0) + one.seconds, 3)
    return seconds

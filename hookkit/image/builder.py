"""What builders have in common: an ImagePlan becomes a BuiltImage, and whoever watches hears of each step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hookkit.image.plan import ImagePlan
from hookkit.reference import ImageReference


@dataclass(frozen=True)
class Progress:
    """How far a build or a push is.

    Attributes:
        text: what is being done, in a line.
        step, steps: which step of how many; 0 where nobody knows.
        done, total: bytes of what `text` names; 0 where nobody knows.

    """

    text: str
    step: int = 0
    steps: int = 0
    done: int = 0
    total: int = 0


Watcher = Callable[[Progress], None]


def unwatched(_progress: Progress) -> None:
    """Watch nothing."""


@dataclass(frozen=True)
class Duration:
    """How long a step took, in seconds of wall time."""

    step: str
    seconds: float


@dataclass(frozen=True)
class BuiltImage:
    """An image that is there.

    Attributes:
        image_id: the engine's `sha256:…` of its configuration; no registry knows it.
        size: bytes of all layers, unpacked.
        durations: by step, in the order that they were done in.

    """

    reference: ImageReference
    image_id: str
    size: int
    durations: tuple[Duration, ...] = ()


class Builder(Protocol):
    """Makes the image that a plan describes, and names it only when it's whole."""

    def build(self, plan: ImagePlan) -> BuiltImage:
        """Build; BuildError where a step fails, and then the earlier image of that name still stands."""
        ...

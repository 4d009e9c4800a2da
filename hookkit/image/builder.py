"""What builders have in common: an ImagePlan becomes a BuiltImage, and whoever watches hears of each step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from hookkit.reference import ImagePlace, ImageReference

if TYPE_CHECKING:
    from hookkit.image.oci.compression import Compression
    from hookkit.image.oci.model import Image
    from hookkit.image.plan import ImagePlan


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
class Component:
    """A package that an image holds.

    Attributes:
        kind: `pypi` or `deb`, as package URLs name them.
        licence: as the package says it; "" where it says nothing.
        size: bytes that it takes; of a `deb`, those of its file, which is compressed.
        hashes: `sha256:…` of the file that it came in, or may have come in.

    """

    kind: str
    name: str
    version: str
    licence: str = ""
    size: int = 0
    hashes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LayerSize:
    """A layer for reports: what it is, and its bytes as they are stored."""

    name: str
    size: int


@dataclass(frozen=True)
class Delivered:
    """An image that arrived.

    Attributes:
        place: where it was to go.
        reference: how it's called there; with a digest where a registry has it.

    """

    place: ImagePlace
    reference: ImageReference


@dataclass(frozen=True)
class BuiltImage:
    """An image that was built.

    Attributes:
        reference: its name.
        image_id: the digest (`sha256:…`) of its configuration; what engines call it.
        size: bytes of all layers, as they are stored.
        image: gives it as a value, with its layers stored in this way.
        durations: by step, in the order that they were done in.
        layers: from the bottom up.
        components: what it holds beside the base, as far as hookkit put it there.

    """

    reference: ImageReference
    image_id: str
    size: int
    image: Callable[["Compression"], "Image"] = field(compare=False, repr=False)
    durations: tuple[Duration, ...] = ()
    layers: tuple[LayerSize, ...] = ()
    components: tuple[Component, ...] = ()


class Builder(Protocol):
    """Makes the image that a plan describes."""

    def build(self, plan: "ImagePlan", reference: ImageReference) -> BuiltImage:
        """Build and name an image.

        Raises:
            BuildError: a step failed; the earlier image of that name then still stands.

        """
        ...

    def deliver(self, images: tuple[BuiltImage, ...], place: ImagePlace) -> Delivered:
        """Bring an image, built for one or more platforms, where it's wanted.

        Raises:
            HookkitError: it can't be written, or is refused; what was there before still stands.

        """
        ...

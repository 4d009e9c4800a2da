"""A HookSpec and a few words about the image become an ImagePlan, as small as a plan can be."""

from collections.abc import Iterable

from hookkit.image.layer import LayerFile
from hookkit.image.plan import Base, ImagePlan, ImageRequest, Ingredients, plan_image
from hookkit.image.platform import Platform
from hookkit.image.python.dependencies import Dependencies
from hookkit.reference import ImagePlace
from hookkit.spec import HookSpec

AMD64 = Platform("linux", "amd64")
GLIBC = (2, 36)


def small_plan(  # noqa: PLR0913 - a parameter a trait
    spec: HookSpec,
    *,
    base: Base | None = None,
    code: Iterable[LayerFile] = (),
    requirements: str = "",
    python: str = "3.12",
    platform: Platform = AMD64,
    bytecode: str = "3.12.1",
) -> ImagePlan:
    """The plan of an image on `python:<python>-slim`, where nothing else is said."""
    request = ImageRequest(python=python, platform=platform, bytecode=bytecode)
    dependencies = Dependencies(requirements, python, platform, GLIBC)
    on = base or Base(ImagePlace.parse(f"python:{python}-slim"))
    return plan_image(spec, request, Ingredients(on, dependencies, tuple(code)))

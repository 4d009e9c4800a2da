"""What came of a build is kept as a record."""

from collections.abc import Callable
from pathlib import Path

import pytest
from realparts.images import small_image
from realparts.plans import small_plan

from hookkit.cache import Cache
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.build import BuildPlan, BuildResult
from hookkit.image.builder import BuiltImage, Component, Delivered, Duration, LayerSize
from hookkit.image.plan import Base
from hookkit.image.prepare import Prepared
from hookkit.image.record import record_of
from hookkit.reference import ImagePlace, ImageReference
from hookkit.spec import HookSpec

NAME = ImageReference("hook", tag="1")
DIGEST = f"sha256:{'0a' * 32}"
PUSHED = ImageReference.parse(f"example.org/hook:1@{DIGEST}")
HERE = Delivered(ImagePlace("oci", "dist/image"), NAME)
THERE = Delivered(ImagePlace.parse("example.org/hook"), PUSHED)

MakeResult = Callable[..., BuildResult]


@pytest.fixture
def result(spec: HookSpec, tmp_path: Path) -> MakeResult:
    """What a build gives that delivered an image to these places."""

    def make(*delivered: Delivered, components: tuple[Component, ...] = (), base: Base | None = None) -> BuildResult:
        image = small_image(Cache(tmp_path / "cache"))
        layers = (LayerSize("base", 20), LayerSize("code", 3))
        built = BuiltImage(NAME, DIGEST, 23, lambda _: image, (), layers, components)
        plan = BuildPlan("oci", NAME, Prepared((small_plan(spec, base=base),), (), ()), (), None)
        durations = (Duration("lock", 0.5), Duration("RUN x", 1.0), Duration("RUN x", 0.25))
        return BuildResult(plan, (built,), delivered, durations)

    return make


def test_a_record_has_all_that_was_built(result: MakeResult) -> None:
    record = record_of(result(HERE))

    assert (record.image, record.digest, record.image_id) == ("hook:1", "", DIGEST)
    assert (record.builder, record.platforms, record.base_image) == ("oci", ("linux/amd64",), "python:3.12-slim")
    assert (record.size_bytes, record.layers) == (23, (("base", 20), ("code", 3)))
    assert record.outputs == ("oci:dist/image",)


def test_steps_of_one_name_are_added_up(result: MakeResult) -> None:
    assert record_of(result(HERE)).durations_seconds == {"lock": 0.5, "RUN x": 1.25}


def test_the_name_is_the_one_that_a_cluster_finds_the_image_by(result: MakeResult) -> None:
    record = record_of(result(HERE, THERE))

    assert (record.image, record.digest) == (str(PUSHED), DIGEST)
    assert record.outputs == ("oci:dist/image", str(PUSHED))


def test_the_ten_largest_packages_are_named_those_of_the_distribution_among_them(result: MakeResult) -> None:
    wheels = tuple(Component("pypi", f"p{number:02}", "1", size=number) for number in range(12))
    deb = DebPackage("libc6", "2.36", "amd64", "0" * 64, 100, "pool/libc6.deb")

    record = record_of(result(HERE, components=wheels, base=Base(ImagePlace("apt"), packages=(deb,))))

    assert record.packages[:2] == (("libc6 2.36", 100), ("p11 1", 11))
    assert len(record.packages) == 10

"""A plan becomes an image without an engine; nothing is made twice."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from realparts.fake_bases import AMD64, FakeBase
from realparts.layouts import files_of, read_image

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.builder import Progress, unwatched
from hookkit.image.embedded import OciBuilder
from hookkit.image.oci.compression import NONE, best_gzip
from hookkit.image.oci.model import LAYER, LAYER_GZIP
from hookkit.image.pinning import Pinning
from hookkit.image.plan import ImagePlan
from hookkit.image.prepare import prepare_images
from hookkit.image.python.interpreter import Interpreter
from hookkit.project import Project
from hookkit.reference import ImagePlace, ImageReference
from hookkit.spec import HookSpec

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
NAME = ImageReference("hook", tag="1")

MakeProject = Callable[..., Project]
MakeWheel = Callable[..., Path]


@pytest.fixture
def project(make_project: MakeProject, make_wheel: MakeWheel) -> Project:
    make_wheel("greeting")
    return make_project({"src/hello/main.py": "x = 1\n"}, dependencies=("greeting",))


@pytest.fixture
def plan(project: Project, spec: HookSpec, cache: Cache, tmp_path: Path) -> ImagePlan:
    base = FakeBase(python=MINOR, modules=("json/__init__",)).layout(tmp_path / "base")
    return prepare_images(spec, Pinning(project, MINOR, (AMD64,), cache, base)).plans[0]


def contents(builder: OciBuilder, plan: ImagePlan, tmp_path: Path) -> Mapping[str, bytes]:
    """What the image has, read from where it was delivered."""
    place = ImagePlace("oci", str(tmp_path / "out"))
    builder.deliver((builder.build(plan, NAME),), place)
    return files_of(read_image(tmp_path / "out", tmp_path / "scratch"))


def test_an_image_has_all_parts_at_their_places(
    project: Project, plan: ImagePlan, cache: Cache, tmp_path: Path
) -> None:
    files = contents(OciBuilder(project, cache), plan, tmp_path)

    for path in (
        "opt/hookkit/hookkit/runtime/__main__.py",
        f"opt/hook/lib/python{MINOR}/site-packages/greeting/__init__.py",
        "opt/hook/bin/greeting",
        "opt/hook/pyvenv.cfg",
        "opt/hook/code/hello/main.py",
    ):
        assert path in files
    assert not [path for path in files if path.endswith(".pyc")]
    assert files["opt/hook/bin/greeting"].startswith(b"#!/opt/hook/bin/python\n")


def test_with_a_python_at_hand_all_is_compiled_and_so_is_the_standard_library(
    project: Project, plan: ImagePlan, cache: Cache, interpreter: Interpreter, tmp_path: Path
) -> None:
    files = contents(OciBuilder(project, cache, interpreter), plan, tmp_path)

    compiled = {path.split(".")[0] for path in files if path.endswith(".pyc")}
    packages = f"opt/hook/lib/python{MINOR}/site-packages".split(".")[0]
    assert "opt/hook/code/hello/__pycache__/main" in compiled
    assert any(path.startswith(packages) for path in compiled)
    assert len([path for path in files if path.startswith("usr/local/lib") and path.endswith(".pyc")]) == 2


def test_what_is_told_of_an_image_adds_up(
    project: Project, plan: ImagePlan, cache: Cache, interpreter: Interpreter
) -> None:
    seen: list[Progress] = []

    built = OciBuilder(project, cache, interpreter, watch=seen.append).build(plan, NAME)

    names = ["base", "bytecode of the standard library", "runtime", "virtual environment", "greeting 1.0", "code"]
    assert [layer.name for layer in built.layers] == names
    assert sum(layer.size for layer in built.layers) == built.size
    assert [(one.name, one.kind) for one in built.components] == [("greeting", "pypi")]
    assert [one.step for one in built.durations] == ["base", "code", "dependencies"]
    assert {one.text for one in seen} >= {"base", "code", "dependencies"}


def test_a_second_build_gives_the_same_and_needs_no_index(
    project: Project, plan: ImagePlan, cache: Cache, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = OciBuilder(project, cache).build(plan, NAME)
    for wheel in wheels.iterdir():
        wheel.unlink()
    monkeypatch.setenv("UV_CACHE_DIR", str(wheels / "nothing"))

    second = OciBuilder(project, cache).build(plan, NAME)

    assert (second.image_id, second.layers, second.components) == (first.image_id, first.layers, first.components)


def test_another_cache_gives_the_same_image(
    project: Project, plan: ImagePlan, cache: Cache, interpreter: Interpreter, tmp_path: Path
) -> None:
    other = Cache(tmp_path / "other cache")

    one, same = (OciBuilder(project, place, interpreter, watch=unwatched).build(plan, NAME) for place in (cache, other))

    assert one.image_id == same.image_id


def test_an_image_is_stored_as_it_is_wanted_and_stays_the_same(project: Project, plan: ImagePlan, cache: Cache) -> None:
    built = OciBuilder(project, cache).build(plan, NAME)

    plain, packed = built.image(NONE), built.image(best_gzip())

    assert plain.config_descriptor == packed.config_descriptor
    assert plain.config_descriptor.digest == built.image_id
    assert {layer.descriptor.media_type for layer in plain.layers[1:]} == {LAYER}
    assert {layer.descriptor.media_type for layer in packed.layers} == {LAYER_GZIP}


def test_a_library_that_nobody_brings_is_named(
    make_project: MakeProject, make_wheel: MakeWheel, spec: HookSpec, cache: Cache, tmp_path: Path
) -> None:
    import _ctypes

    needy = Path(_ctypes.__file__).read_bytes().replace(b"libc.so.6\0", b"libx.so.9\0")
    make_wheel("lonely", files={"lonely/_native.so": needy}, tag="py3-none-manylinux_2_17_x86_64")
    project = make_project(dependencies=("lonely",))
    pinning = Pinning(project, "3.12", (AMD64,), cache, FakeBase().layout(tmp_path / "base"))
    [plan] = prepare_images(spec, pinning).plans

    with pytest.raises(BuildError, match=r"lonely 1\.0.*libx\.so\.9"):
        OciBuilder(project, cache).build(plan, NAME)

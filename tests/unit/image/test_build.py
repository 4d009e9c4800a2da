"""What is asked of a build becomes a plan, and the plan images where they are wanted."""

import gc
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from realparts.fake_bases import FakeBase
from realparts.layouts import PLATFORMS, read_image

from hookkit.cache import Cache
from hookkit.errors import BuildError, DependencyError, EngineError, ProjectError
from hookkit.image.build import Build, BuildOrder, find_interpreter_once
from hookkit.image.builder import Progress, unwatched
from hookkit.image.python.interpreter import Interpreter
from hookkit.project import Project
from hookkit.reference import ImagePlace
from hookkit.spec import HookSpec

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
MakeProject = Callable[..., Project]
MakeBuild = Callable[..., Build]


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project({"src/hello/main.py": "x = 1\n"})


@pytest.fixture
def build(project: Project, spec: HookSpec, cache: Cache, tmp_path: Path) -> MakeBuild:
    """A build of what is asked, on a base for both platforms."""
    base = FakeBase(python=MINOR).layout(tmp_path / "base", *PLATFORMS)

    def make(*, watch: Callable[[Progress], None] = unwatched, **asked: Any) -> Build:
        return Build(project, spec, BuildOrder(**{"base": base, **asked}), cache, watch)

    return make


# ---------------------------------------------------------------- the plan


def test_where_no_engine_answers_hookkit_builds_a_layout_itself(build: MakeBuild, project: Project) -> None:
    plan = build().plan()

    assert plan.builder == "oci"
    assert plan.outputs == (ImagePlace("oci", str(project.root / "dist/image")),)
    assert plan.interpreter
    assert plan.plans[0].bytecode


def test_what_is_asked_is_planned(build: MakeBuild) -> None:
    places = (ImagePlace("oci", "a"), ImagePlace.parse("example.org/hook"))

    plan = build(outputs=places, tag="mine", bytecode=False, platforms=PLATFORMS).plan()

    assert plan.outputs == places
    assert str(plan.reference) == "hello-world-processor:mine"
    assert plan.interpreter is None
    assert [one.platform for one in plan.plans] == list(PLATFORMS)


def test_an_engine_that_was_asked_for_and_does_not_answer_is_told(build: MakeBuild) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the SDK leaves its socket open when nobody answers
        with pytest.raises(EngineError, match="unix:///nowhere: there is no Docker engine"):
            build(builder="docker").plan()
        gc.collect()


def test_all_contradictions_are_told_at_once(build: MakeBuild, project: Project) -> None:
    (project.root / "Dockerfile").write_text("FROM x\n")

    with pytest.raises(ProjectError) as embedded:
        build(builder="oci").plan()
    with pytest.raises(ProjectError) as docker:
        build(builder="docker", platforms=PLATFORMS, outputs=(ImagePlace("apt"),)).plan()

    assert [one.where for one in embedded.value.problems] == [str(project.root / "Dockerfile"), "--base-image"]
    assert [one.where for one in docker.value.problems] == ["--output", "--base-image", "--platform"]


def test_a_draft_asks_nobody_and_pins_nothing(build: MakeBuild, project: Project) -> None:
    draft = build(base=None).draft()

    assert str(draft.base) == f"python:{MINOR}-slim"
    assert not (project.root / "hookkit.lock").exists()


# ---------------------------------------------------------------- the build


def test_a_build_goes_to_all_places_and_says_how_long_each_took(build: MakeBuild, tmp_path: Path) -> None:
    places = (ImagePlace("oci", str(tmp_path / "out")), ImagePlace("tar", str(tmp_path / "out.tar")))
    asked = build(outputs=places, platforms=PLATFORMS)

    result = asked.run(asked.plan())

    assert [one.place for one in result.delivered] == list(places)
    assert [one.step for one in result.durations][-2:] == [f"to {place}" for place in places]
    ids = [read_image(tmp_path / "out", tmp_path / "scratch", one).config_descriptor.digest for one in PLATFORMS]
    assert [image.image_id for image in result.images] == ids


def test_a_place_that_fails_is_told_with_those_that_have_the_image(build: MakeBuild, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/notes").write_text("no layout")
    names = (f"oci:{tmp_path}/out", f"oci:{tmp_path}/taken", f"tar:{tmp_path}/last.tar")
    asked = build(outputs=tuple(map(ImagePlace.parse, names)))

    with pytest.raises(BuildError) as caught:
        asked.run(asked.plan())

    refused, arrived = str(caught.value).splitlines()
    assert refused.startswith(f"{tmp_path}/taken: is no OCI image layout; ")
    assert arrived == (
        f"{names[0]}: has the new image, unlike what comes after it; "
        "build again: what is there already is not written twice"
    )
    assert (tmp_path / "out/index.json").is_file()
    assert not (tmp_path / "last.tar").exists()


def test_blobs_that_were_damaged_in_the_cache_are_made_anew(build: MakeBuild, cache: Cache, tmp_path: Path) -> None:
    asked = build(outputs=(ImagePlace("oci", str(tmp_path / "one")),))
    first = asked.run(asked.plan())
    for blob in (cache.root / "blobs/sha256").iterdir():
        blob.write_bytes(bytes(blob.stat().st_size))

    again = build(outputs=(ImagePlace("oci", str(tmp_path / "two")),))
    second = again.run(again.plan())

    assert second.images[0].image_id == first.images[0].image_id
    for layer in read_image(tmp_path / "two", tmp_path / "scratch").layers:
        layer.fetch()  # held against its digest


def test_a_lock_that_has_to_hold_all_is_not_completed(
    make_project: MakeProject, make_wheel: Callable[..., Path], build: MakeBuild
) -> None:
    make_wheel("greeting")
    make_project(dependencies=("greeting",))
    asked = build(locked=True)

    with pytest.raises(DependencyError, match=r"hookkit\.lock: does not hold all"):
        Build(make_project(dependencies=("greeting",)), asked.spec, asked.order, asked.cache).plan()


# ---------------------------------------------------------------- its Python


def test_the_python_that_compiles_is_asked_once(make_project: MakeProject, cache: Cache, tmp_path: Path) -> None:
    python = tmp_path / "python"
    calls = tmp_path / "calls"
    python.write_text(f'#!/bin/sh\necho >> "{calls}"\nexec "{os.path.realpath(sys.executable)}" "$@"\n')
    python.chmod(0o755)
    project = make_project(tool=f'python = "{python}"')

    found = [find_interpreter_once(project, cache)]
    asked = calls.read_text()
    found.append(find_interpreter_once(project, cache))

    assert isinstance(found[0], Interpreter)
    assert found[0] == found[1]
    assert calls.read_text() == asked

"""The same trials by containers of the hook's image; nothing of them is left in the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from container.conftest import base_image, engine
from docker import DockerClient
from realparts.desk import own_desk, write_project
from realparts.probe import Image, built, containers_of

from hookkit.check.contract import questions, surroundings
from hookkit.check.contract.battery import run_battery
from hookkit.check.contract.bench import Bench, open_bench
from hookkit.check.contract.image import ImagePlace
from hookkit.check.contract.place import Way
from hookkit.check.contract.sample import find_sample
from hookkit.local.container import ContainerRunner
from hookkit.project import describe, find_project
from hookkit.reference import ImageReference

__all__ = ["base_image", "engine", "own_desk"]
pytestmark = pytest.mark.slow

#: It tells its secret past the runtime, which would hide it, where it is asked to.
SOURCE = '''
import os, time
from pathlib import Path
from typing import Annotated, Literal

from hookkit import Input, Option, Output, Secret, hook


@hook(version="1.0.0")
def {name}(
    input: Annotated[Path, Input("A folder")],
    output: Annotated[Path, Output("A folder")],
    mode: Annotated[Literal["work", "tell"], Option("What to do")] = "work",
    password: Annotated[Secret | None, "A secret"] = None,
) -> None:
    """Do a job."""
    (output / "half.data").write_text((input / "example.data").read_text())
    if mode == "tell":
        os.write(1, password.reveal().encode())
    time.sleep(1)
    (output / "half.data").rename(output / "result.data")
'''


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, engine: DockerClient, base_image: str) -> Iterator[Image]:  # noqa: ARG001 - builds stand on it
    """The image of the hook, with its project beside."""
    image = built(SOURCE, tmp_path_factory.mktemp("built") / "project")
    yield image
    engine.images.remove(image.reference, force=True)


@contextmanager
def bench_of(image: Image, folder: Path, *arguments: str, source: str = "") -> Iterator[Bench]:
    """A bench for the image, and a project with this source."""
    project = find_project(write_project(folder / "project", source or image.source))
    spec = describe(project)
    reference = ImageReference.parse(image.reference)
    sample = find_sample(project, spec, [f"--input={project.root / 'in'}", *arguments])
    with open_bench(project, spec, sample, ImagePlace(reference, ContainerRunner(reference))) as bench:
        yield bench
    assert not bench.folder.exists()


def test_a_good_image_passes_every_trial(
    image: Image, engine: DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKKIT_OPTION_PASSWORD", "correct horse")

    with bench_of(image, tmp_path) as bench:
        results = {one.trial.name: one for one in run_battery(bench)}

    assert {name: one.state for name, one in results.items() if one.state != "passed"} == {"children": "skipped"}
    assert "exit code 143" in results["stop"].what
    assert not containers_of(engine, image)


def test_a_secret_that_a_container_tells_is_found(
    image: Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKKIT_OPTION_PASSWORD", "correct horse")

    with bench_of(image, tmp_path, "--mode=tell") as bench:
        judgement = surroundings.show_no_secret(bench)

    assert (judgement.state, judgement.what) == ("failed", "the log shows password")


def test_an_image_that_is_older_than_the_project_is_named(image: Image, tmp_path: Path) -> None:
    with bench_of(image, tmp_path, source=image.source.replace('"1.0.0"', '"2.0.0"')) as bench:
        judgement = questions.describe(bench)

    assert judgement.state == "failed"
    assert judgement.what == "it declares something else than before: version"


def test_a_container_that_takes_too_long_is_stopped(image: Image, engine: DockerClient, tmp_path: Path) -> None:
    with bench_of(image, tmp_path) as bench:
        answer = bench.place.work(bench.call(bench.outputs("late")), Way(limit=0.5))

    assert answer.late
    assert answer.exit_code == 143
    assert not containers_of(engine, image)

"""An engine and the image of a hook that does as told become a bench: a script is run there, and gives its report."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from docker import DockerClient
from realparts import podman
from realparts.desk import write_project
from realparts.probe import PROBE, Image, built

from hookkit.image.docker.engine import engine_host
from hookkit.local import LocalRun, LogSink
from hookkit.local.container import ContainerRunner
from hookkit.local.containerplan import container_user
from hookkit.project import Project, describe, find_project
from hookkit.reference import ImageReference
from hookkit.report import RunReport
from hookkit.runtime.call import read_call
from hookkit.spec import HookSpec


@dataclass(frozen=True)
class Engine:
    """An engine that holds the image of the hook that does as told."""

    name: str
    host: str
    client: DockerClient
    image: Image


@dataclass(frozen=True)
class Bench:
    """The project of that hook in a folder of a test."""

    engine: Engine
    project: Project
    spec: HookSpec
    runner: ContainerRunner

    @property
    def output(self) -> Path:
        return self.project.root / "out"

    @property
    def user(self) -> tuple[int, int]:
        return container_user()

    def run(
        self,
        script: str,
        given: Path | None = None,
        log: LogSink = lambda _: None,
        runner: ContainerRunner | None = None,
        output: Path | None = None,
        **declared: Any,
    ) -> RunReport:
        """Have the hook do something, on an input, and with other declarations."""
        spec = self.spec.replace(**declared)
        arguments = [
            "--output",
            str(output or self.output),
            f"--script={dedent(script)}",
            *([f"--input={given}"] if given else []),
        ]
        run = LocalRun(self.project, spec, read_call(spec, arguments, {}), "text")
        return (runner or self.runner).run(run, log)

    def remove_containers(self) -> None:
        """Remove them all, whoever owns them."""
        for one in self.containers:
            self.engine.client.api.remove_container(one, force=True)

    @property
    def containers(self) -> list[str]:
        """Those of the image, whatever registry the engine adds to its name."""
        every = self.engine.client.api.containers(all=True)
        return [one["Id"] for one in every if one["Image"].endswith(self.engine.image.reference)]


# ---------------------------------------------------------------- fixtures, for the conftest.py of who wants them


@pytest.fixture(scope="session")
def probe_of_all(
    engine: DockerClient,
    base_image: str,  # noqa: ARG001 - builds stand on it
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Image]:
    """The image of the hook that does as told."""
    image = built(PROBE, tmp_path_factory.mktemp("probe") / "project")
    yield image
    engine.images.remove(image.reference, force=True)


@pytest.fixture(scope="session")
def podman_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Podman engine of this test run."""
    if lacking := podman.missing():
        pytest.skip(f"no Podman here: {', '.join(lacking)} can't be found")
    if os.getuid():
        pytest.skip("Podman is run as root here")
    with podman.serve(tmp_path_factory.mktemp("podman")) as host:
        yield host


@pytest.fixture(scope="module", params=["docker", "podman"])
def bench_engine(request: pytest.FixtureRequest, engine: DockerClient, probe_of_all: Image) -> Iterator[Engine]:
    """Each engine in turn."""
    if request.param == "docker":
        yield Engine("docker", engine_host(), engine, probe_of_all)
        return
    host = request.getfixturevalue("podman_host")
    client = DockerClient(base_url=host)
    podman.copy_image(engine, probe_of_all.reference, client)
    yield Engine("podman", host, client, probe_of_all)
    client.close()


@pytest.fixture
def bench(bench_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A bench that leaves nothing behind: no container, no temporary folder, none in the output."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("DOCKER_HOST", bench_engine.host)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    project = find_project(write_project(tmp_path / "project", bench_engine.image.source))
    runner = ContainerRunner(ImageReference.parse(bench_engine.image.reference))
    bench = Bench(bench_engine, project, describe(project), runner)
    yield bench
    assert bench.containers == []
    assert [*temporary.iterdir()] == []
    assert [*bench.output.glob(".hookkit-*")] == []

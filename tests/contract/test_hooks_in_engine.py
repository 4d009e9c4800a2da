"""In a container engine, too, what a report calls enforced is caught, and good hooks are left alone."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from contract.author import Author
from contract.corpus import Planted, planted
from contract.desks import Desks
from contract.images import build
from contract.ways import ENGINE
from docker import DockerClient
from realparts import python_image
from realparts.engine import EngineAbsentError, connect

pytestmark = pytest.mark.slow


#: The engine's own filter decides about these, and no rule promises them: Docker refuses an io_uring since 25.
_LEFT_TO_THE_ENGINE = frozenset({"uses_io_uring"})


def _tried(folder: str) -> list[Planted]:
    found = (hook for hook in planted(folder) if ENGINE.tries(hook) and not hook.needs and not hook.plain)
    return [hook for hook in found if hook.name not in _LEFT_TO_THE_ENGINE]


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerClient]:
    try:
        client = connect()
    except EngineAbsentError as absent:
        pytest.skip(str(absent))
    yield client
    client.close()


@pytest.fixture(scope="module")
def desks_with_engine(engine: DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    """An author whose hooks run in an engine, which has the image for as long."""
    python_image.ensure(engine)
    folder = tmp_path_factory.mktemp("engine") / "corpus"
    tag = f"corpus-{folder.parent.name}-{id(folder)}"
    dist = build(folder, "--tag", tag)
    with ExitStack() as stack:
        yield Desks(stack, lambda _runner: dist)
    engine.images.remove((dist / "reference").read_text(), force=True)


@pytest.mark.parametrize("hook", _tried("bad"), ids=lambda hook: hook.name)
def test_what_is_enforced_is_caught(desks_with_engine: Desks, engine: DockerClient, hook: Planted) -> None:
    author = desks_with_engine.of("docker", "root")
    with author.run(hook) as run:
        assert [*run.left, *_containers(engine, author)] == []
        assert run.state == "enforced"
        assert run.escapes == []


@pytest.mark.parametrize("hook", _tried("good"), ids=lambda hook: hook.name)
def test_a_good_hook_passes(desks_with_engine: Desks, engine: DockerClient, hook: Planted) -> None:
    author = desks_with_engine.of("docker", "root")
    with author.run(hook) as run:
        assert [*run.left, *run.changes, *_containers(engine, author)] == []
        assert (run.report.exit_code, run.report.message) == (0, ""), run.report.log
        assert run.report.violations == ()


def _containers(engine: DockerClient, author: Author) -> list[str]:
    """Containers of the author's runs that are left; those of another worker's author come and go."""
    owner = f" {author.process.pid} "
    found = engine.containers.list(all=True, filters={"label": "io.hookkit.run.owner"})
    return [one.name or "" for one in found if owner in one.labels["io.hookkit.run.owner"]]

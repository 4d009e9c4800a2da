"""The real parts of container tests: a Docker engine, a base image in it, a registry on the loopback."""

import uuid
from collections.abc import Iterator

import pytest
from docker import DockerClient
from realparts import python_image
from realparts import registry as container_registry
from realparts.engine import EngineAbsentError, connect


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerClient]:
    """A client of the Docker engine; where none answers, the tests that need it skip and say so."""
    try:
        client = connect()
    except EngineAbsentError as absent:
        pytest.skip(str(absent))
    yield client
    client.close()


@pytest.fixture(scope="session")
def base_image(engine: DockerClient) -> str:
    """The name of a Python image of the running minor that the engine holds, as a pulled one would be called."""
    return python_image.ensure(engine)


@pytest.fixture
def image_name(engine: DockerClient) -> Iterator[str]:
    """A repository name that nobody else uses; whatever is tagged with it is removed at the end."""
    name = f"hookkit-test-{uuid.uuid4().hex[:12]}"
    yield name
    for image in engine.images.list(name):
        for tag in image.tags:
            if tag.startswith(f"{name}:"):  # by its tag: other names of the same image stay
                engine.images.remove(tag)


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty container registry, `127.0.0.1:PORT`."""
    if not container_registry.is_installed():
        pytest.skip("no docker-registry here: install Debian's package of that name")
    with container_registry.serve(tmp_path_factory.mktemp("registry")) as address:
        yield address

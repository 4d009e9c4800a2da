"""A shell of somebody who has hookkit, in a folder of theirs, with a Docker engine and a registry at hand."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from container.conftest import base_image, engine, registry
from docker import DockerClient
from realparts.borrowing import borrowed
from realparts.installing import WAYS, install_hookkit, user_environment
from realparts.once import turn
from realparts.shell import Shell

__all__ = ["base_image", "engine", "registry"]


@pytest.fixture
def shell(wheel: Path, repository: Path, shared_folder: Path) -> Shell:
    """A shell with hookkit's wheel, and pytest, in an environment."""
    return _shell_with("wheel", wheel, repository, shared_folder)


@pytest.fixture(params=WAYS)
def any_shell(request: pytest.FixtureRequest, wheel: Path, repository: Path, shared_folder: Path) -> Shell:
    """A shell with hookkit, for each way to install it."""
    return _shell_with(request.param, wheel, repository, shared_folder)


def _shell_with(way: str, wheel: Path, repository: Path, shared_folder: Path) -> Shell:
    home = shared_folder / f"hookkit by {way}"  # spaces are part of the test
    done = home / "done"
    with turn(shared_folder / f"{way}.lock"):
        if not done.exists():
            install_hookkit(way, home, wheel, repository)
            done.touch()
    return Shell(home / "bin", user_environment(shared_folder / "cache"))


@pytest.fixture
def checkout(repository: Path, tmp_path: Path) -> Path:
    """A copy of the files that git tracks, or is about to, as they are now."""
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=repository, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (repository / name).is_file():  # one that is deleted, but not yet committed, is still listed
            target = tmp_path / "checkout" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository / name, target)
    return tmp_path / "checkout"


@pytest.fixture
def my_hook_image(engine: DockerClient, base_image: str) -> Iterator[str]:  # noqa: ARG001 - builds stand on the base
    """The repository that the README's project builds its image into, ours alone for a while."""
    with borrowed(engine, "my-hook") as name:
        yield name


@pytest.fixture
def pushing_place(engine: DockerClient, registry: str) -> Iterator[str]:
    """The registry's address; what the engine has by names of it is forgotten at the end."""
    yield registry
    tags = [tag for image in engine.images.list() for tag in image.tags]
    for tag in tags:
        if tag.startswith(f"{registry}/"):
            engine.images.remove(tag)

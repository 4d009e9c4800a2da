"""A repository of the engine, where its owner may have images, becomes a test's for a while, and theirs again."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docker import DockerClient
from docker.errors import ImageNotFound
from realparts.once import turn


@contextmanager
def borrowed(engine: DockerClient, repository: str) -> Iterator[str]:
    """Have all tags of a repository alone, whatever else runs here; afterwards they name what they did before."""
    lock = f"hookkit-{os.getuid()}-{repository.replace('/', '-')}.lock"
    with turn(Path(tempfile.gettempdir()) / lock):
        before = _tags(engine, repository)
        try:
            yield repository
        finally:
            for name, image in before.items():
                with suppress(ImageNotFound):  # its owner built it anew meanwhile, and the old one is gone
                    engine.images.get(image).tag(name)
            for name in _tags(engine, repository).keys() - before.keys():
                engine.images.remove(name)


def _tags(engine: DockerClient, repository: str) -> dict[str, str]:
    """What there is in the repository: `repository:tag` -> the image's ID."""
    names = {name: str(image.id) for image in engine.images.list(repository) for name in image.tags}
    return {name: image for name, image in names.items() if name.rpartition(":")[0] == repository}

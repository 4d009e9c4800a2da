"""A name that an image of the engine's owner may have becomes a test's for a while, and theirs again."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docker import DockerClient
from docker.errors import ImageNotFound
from realparts.once import turn


@contextmanager
def borrowed(engine: DockerClient, name: str) -> Iterator[str]:
    """Have a name (`repository:tag`) alone, whatever else runs here; afterwards it names what it did before."""
    lock = f"hookkit-{os.getuid()}-{name.replace('/', '-').replace(':', '-')}.lock"
    with turn(Path(tempfile.gettempdir()) / lock):
        before = _image_id(engine, name)
        try:
            yield name
        finally:
            if before:
                with suppress(ImageNotFound):  # its owner built it anew meanwhile, and the old one is gone
                    engine.images.get(before).tag(name)
            elif _image_id(engine, name):
                engine.images.remove(name)


def _image_id(engine: DockerClient, name: str) -> str | None:
    try:
        return engine.images.get(name).id
    except ImageNotFound:
        return None

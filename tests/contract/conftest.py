"""Authors on machines of all kinds, each with a scene of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from contract.desks import Desks
from contract.images import build
from realparts.desk import own_desk
from realparts.layouts import python_layout
from realparts.once import turn

__all__ = ["own_desk", "python_layout"]


@pytest.fixture(scope="session")
def desks(request: pytest.FixtureRequest, shared_folder: Path) -> Iterator[Desks]:
    """All authors; an image is built when the first asks for it."""

    def built(_runner: str) -> Path:
        folder = shared_folder / "corpus"
        with turn(shared_folder / "corpus.lock"):
            if not folder.exists():
                base = f"oci:{request.getfixturevalue('python_layout')}"
                cache = {"XDG_CACHE_HOME": str(shared_folder / "cache")}
                build(folder, "--builder", "oci", "--base-image", base, **cache)
        return folder / "dist"

    with ExitStack() as stack:
        yield Desks(stack, built)

"""What tests of the registry client share: little patience, a cache, and a machine without credentials."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hookkit.image.registry.patience import Patience

LOGIN = {"username": "me", "password": "hush-hush:ß€"}


@pytest.fixture
def quick() -> Patience:
    """Three attempts, next to no pause, and a second for an answer."""
    return Patience(attempts=3, pause=0.001, longest_pause=5, connect=2, answer=1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without credentials; the environment names no others, and no proxy."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("XDG_"):
            monkeypatch.delenv(name)
    for name in ("DOCKER_CONFIG", "REGISTRY_AUTH_FILE"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    (folder / ".docker").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def log_in(home: Path) -> Callable[..., None]:
    """Leave credentials for a registry, as `docker login` does; by default those of a user and a password."""

    def write(registry: str, **entry: str) -> None:
        (home / ".docker/config.json").write_text(json.dumps({"auths": {registry: entry or LOGIN}}))

    return write

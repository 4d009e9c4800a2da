"""A small archive of packages, signed, and a machine whose own configuration of apt the test decides."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from realparts.archive import Archive, SigningKey, control_of

from hookkit.image.base.apt.contents import BASE_PACKAGES, FILES_ALONE


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SigningKey]:
    """The key of the archive."""
    if not all(shutil.which(program) for program in ("apt-get", "gpg")):
        pytest.skip("no apt or no gpg here: the tests of packages need a Debian or Ubuntu")
    key = SigningKey.make(tmp_path_factory.mktemp("keys") / "own")
    yield key
    key.stop()


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's own configuration of apt, empty but for what a test writes into this folder."""
    etc = tmp_path / "etc-apt"
    (etc / "sources.list.d").mkdir(parents=True)
    settings = {"Dir::Etc": etc, "Dir::Etc::parts": "/dev/null", "Dir::Etc::main": "/dev/null"}
    configuration = etc / "test.conf"
    configuration.write_text("".join(f'{name} "{value}";\n' for name, value in settings.items()))
    monkeypatch.setenv("APT_CONFIG", str(configuration))
    return etc


@pytest.fixture
def archive(tmp_path: Path, key: SigningKey) -> Archive:
    """An archive with all that an assembled base stands on, none of it with any files, not published yet."""
    archive = Archive(tmp_path / "mirror", key)
    for name in (*BASE_PACKAGES, *FILES_ALONE):
        archive.add(control_of(name))
    return archive


@pytest.fixture
def without_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which there is no apt."""
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.setenv("PATH", os.fspath(folder))
    return folder

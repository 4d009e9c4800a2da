"""The files of the repository are fit for any machine: they name no package registry and no folder of one machine."""

import re
import subprocess
from pathlib import Path

import pytest

#: Put together here, so that this file does not hold what it looks for.
REGISTRIES = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("deb", "debian", "org"),
    ("security", "debian", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("proxy", "golang", "org"),
    ("sum", "golang", "org"),
]
#: Home of the machine's owner and the folder of work: whole path components that start a path.
OWN_FOLDERS = ("root", "work")


@pytest.fixture(scope="module")
def texts(repository: Path) -> dict[str, str]:
    """Name -> text of every file that is tracked or about to be."""
    # The folder's owner may be another user than the one who tests.
    git = ["git", "-c", "safe.directory=*", "-C", str(repository)]
    listing = [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0")
    paths = {name: repository / name for name in names if name}
    return {name: path.read_text(errors="replace") for name, path in paths.items() if path.is_file()}


def test_there_are_files_to_look_at(texts: dict[str, str]) -> None:
    assert "pyproject.toml" in texts


@pytest.mark.parametrize("registry", [".".join(parts) for parts in REGISTRIES])
def test_no_file_names_a_package_registry(texts: dict[str, str], registry: str) -> None:
    assert [name for name, text in texts.items() if registry in text] == []


@pytest.mark.parametrize("folder", OWN_FOLDERS)
def test_no_file_names_a_folder_of_one_machine(texts: dict[str, str], folder: str) -> None:
    path = re.compile(r"(?<![\w.})/-])/" + folder + r"\b")

    assert [name for name, text in texts.items() if path.search(text)] == []

"""The corpus becomes an image that runs all its hooks: for an engine, and as a layout for those who have none."""

import json
import shutil
from pathlib import Path

from contract.corpus import HERE
from realparts.desk import hookkit

PYPROJECT = '[project]\nname = "corpus"\n[tool.hookkit]\nhook = "dispatch"\n'


def project_of_all(folder: Path) -> Path:
    """A project with all hooks."""
    for hooks in ("bad", "good"):
        shutil.copytree(HERE / hooks, folder / "src", dirs_exist_ok=True, ignore=shutil.ignore_patterns("ruff.toml"))
    shutil.copy(HERE / "dispatch.py", folder / "src")
    (folder / "src" / "shipped").mkdir()
    (folder / "src" / "shipped" / "table.csv").write_text("a,b\n1,2\n")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    return folder


def build(folder: Path, *arguments: str, **variables: str) -> Path:
    """Build the image; the folder `dist`, with the file `reference` that names it."""
    done = hookkit(project_of_all(folder), "build", "--json", *arguments, **variables)
    assert done.returncode == 0, done.stderr
    (folder / "dist" / "reference").write_text(json.loads(done.stdout)["image"])
    return folder / "dist"

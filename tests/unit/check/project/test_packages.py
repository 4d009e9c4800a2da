"""What the project is given: by its lock, else by what installed packages say that they need."""

import json
from pathlib import Path

import pytest

from hookkit.cache import Cache
from hookkit.check.project.checking import check_project
from hookkit.check.project.packages import closure, in_uv_lock
from hookkit.check.project.versions import allows
from hookkit.project import find_project

REQUIRES = {
    "xarray": ("numpy>=1", "pandas>=2", 'netcdf4; extra == "io"', 'scipy; extra == "accel"'),
    "pandas": ("numpy", "python-dateutil>=2"),
    "numpy": (),
    "python-dateutil": ("six",),
    "six": (),
    "netcdf4": ("cftime",),
    "cftime": (),
}


def test_requirements_bring_along_what_they_need_in_turn() -> None:
    provided = closure(["xarray>=1"], REQUIRES)

    assert provided.names == {"xarray", "numpy", "pandas", "python-dateutil", "six"}
    assert provided.is_all


def test_extras_bring_along_what_is_theirs() -> None:
    assert closure(["xarray[io]"], REQUIRES).names >= {"netcdf4", "cftime"}
    assert "scipy" not in closure(["xarray[io]"], REQUIRES).names


def test_what_is_not_installed_may_bring_anything() -> None:
    assert not closure(["rasterio"], REQUIRES).is_all


UV_LOCK = """
version = 1
[[package]]
name = "my-hook"
source = { virtual = "." }
dependencies = [{ name = "xarray" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
[[package]]
name = "xarray"
dependencies = [{ name = "numpy" }]
[[package]]
name = "numpy"
[[package]]
name = "pytest"
"""


def test_of_uv_lock_counts_what_the_project_asks_for_and_not_what_its_developers_do() -> None:
    assert in_uv_lock(UV_LOCK, "my_hook", ["xarray"]).names == {"xarray", "numpy"}


LOCK = """
version = 1
[python]
python = "3.11"
dependencies = ["xarray"]
requirements = [{requirement = "xarray==2026.1 ; x", hashes = []}, {requirement = "numpy==2.0", hashes = []}]
"""
HOOK = """
from pathlib import Path
from typing import Annotated
import IMPORTED
from hookkit import Output, hook

@hook(cpu=1, memory="1Gi")
def job(output: Annotated[Path, Output("A folder")]) -> None:
    (output / "a").write_text(str(IMPORTED))
"""


def write(folder: Path, imported: str, **files: str) -> list[str]:
    files = {
        "pyproject.toml": '[project]\nname = "my-hook"\ndependencies = ["xarray"]\n[tool.hookkit]\nhook = "my_hook"\n',
        **files,
    }
    for name, text in {"my_hook.py": HOOK.replace("IMPORTED", imported), **files}.items():
        (folder / name).write_text(text)
    found = check_project(find_project(folder), None, folder, Cache.of_user()).findings
    return [one.rule.code for one in found]


def python_of(folder: Path, **imports: list[str]) -> None:
    """A Python that has packages, and says so."""
    answer = {
        "version": "3.11.9",
        "standard": [],
        "imports": imports,
        "requires": {p: [] for packages in imports.values() for p in packages},
    }
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").write_text(f"#!/bin/sh\ncat <<'EOF'\n{json.dumps(answer)}\nEOF\n")
    (folder / ".venv/bin/python").chmod(0o755)


def test_an_import_that_the_lock_has_is_good(tmp_path: Path) -> None:
    assert write(tmp_path, "numpy", **{"hookkit.lock": LOCK}) == []


def test_an_import_that_is_installed_and_not_locked_is_an_error(tmp_path: Path) -> None:
    python_of(tmp_path, rasterio=["rasterio"])

    assert write(tmp_path, "rasterio", **{"hookkit.lock": LOCK}) == ["DE101"]


def test_an_import_that_nobody_knows_is_a_warning_where_a_locked_package_may_bring_it(tmp_path: Path) -> None:
    python_of(tmp_path, numpy=["numpy"])

    assert write(tmp_path, "mystery", **{"hookkit.lock": LOCK}) == ["DE102"]


def test_an_import_of_another_name_than_its_package_is_known_by_the_hooks_python(tmp_path: Path) -> None:
    python_of(tmp_path, odd_name=["xarray"])

    assert write(tmp_path, "odd_name", **{"hookkit.lock": LOCK}) == []


def test_of_a_namespace_any_package_may_be_meant(tmp_path: Path) -> None:
    python_of(tmp_path, google=["google-auth", "numpy"])

    assert write(tmp_path, "google.cloud", **{"hookkit.lock": LOCK}) == []


def test_dependencies_that_a_build_backend_knows_are_not_guessed(tmp_path: Path) -> None:
    text = '[project]\nname = "my-hook"\ndynamic = ["dependencies"]\n[tool.hookkit]\nhook = "my_hook"\n'

    assert write(tmp_path, "mystery", **{"pyproject.toml": text}) == []


def test_a_dockerfile_that_installs_something_may_bring_it(tmp_path: Path) -> None:
    dockerfile = 'FROM a:1\nUSER 1\nRUN pip install mystery\nENTRYPOINT ["a"]\n'
    text = '[project]\nname = "my-hook"\n[tool.hookkit]\nhook = "my_hook"\n'

    assert write(tmp_path, "mystery", Dockerfile=dockerfile, **{"pyproject.toml": text}) == ["DE102"]


def test_a_damaged_lock_stops_no_check(tmp_path: Path) -> None:
    assert write(tmp_path, "json", **{"hookkit.lock": "nonsense", "uv.lock": "package = 1"}) == []


@pytest.mark.parametrize(
    ("specifiers", "version", "fits"),
    [
        (">=3.11", "3.11.7", True),
        (">=3.12", "3.11.7", False),
        (">=3.9,<4", "3.11.7", True),
        ("<3.11", "3.11.0", False),
        ("==3.11.*", "3.11.7", True),
        ("==3.12.*", "3.11.7", False),
        ("!=3.11.*", "3.11.7", False),
        ("~=3.11", "3.14.1", True),
        ("~=3.11.2", "3.12.0", False),
        ("~=3.11.2", "3.11.9", True),
        ("==3.11", "3.11.0", True),
        (">3.11", "3.11.7", True),
        ("<=3.11", "3.11.7", False),
        ("=>3.11", "3.11.7", True),
        ("", "3.11.7", True),
    ],
)
def test_specifiers_of_python(specifiers: str, version: str, *, fits: bool) -> None:
    assert allows(specifiers, version) is fits

"""Imports point one way, and what goes into a container needs the standard library alone."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
#: Doors into the house: they may import whatever they open to.
DOORS = {"__init__", "__main__"}

#: Imports modules with the checkout and the standard library on its path, and prints all that this loaded.
FRESH_INTERPRETER = """
import sys
sys.path.insert(0, sys.argv[1])
import importlib
for name in sys.argv[2:]:
    importlib.import_module(name)
print(*sys.modules)
"""


def loaded_by(*names: str) -> set[str]:
    command = [sys.executable, "-I", "-S", "-c", FRESH_INTERPRETER, str(REPOSITORY), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split()) - {"__main__"}


def layers() -> list[str]:
    """All layers of the arrow, from the door of the house down to its ground."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    [contract] = settings["tool"]["importlinter"]["contracts"]
    return [name.strip(" ()") for line in contract["layers"] for name in line.replace(":", "|").split("|")]


def container_side() -> list[str]:
    """The modules of the layers from the runtime down."""
    found = layers()
    return [module for layer in found[found.index("hookkit.runtime") :] for module in modules_of(layer)]


def modules_of(layer: str) -> list[str]:
    path = REPOSITORY / layer.replace(".", "/")
    below = sorted(path.rglob("*.py"))
    names = [".".join(file.relative_to(REPOSITORY).with_suffix("").parts) for file in below]
    return [layer, *(name for name in names if not name.endswith(".__init__"))]


def test_imports_point_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_noun_and_job_has_its_place_in_the_arrow() -> None:
    house = REPOSITORY / "hookkit"
    modules = {path.stem for path in house.glob("*.py")} | {path.parent.name for path in house.glob("*/__init__.py")}

    assert {f"hookkit.{name}" for name in modules - DOORS} == set(layers())


@pytest.mark.parametrize("module", ["hookkit", *container_side()])
def test_the_container_side_loads_the_standard_library_alone(module: str) -> None:
    roots = {name.partition(".")[0] for name in loaded_by(module)}

    assert roots - sys.stdlib_module_names == {"hookkit"}


def test_importing_hookkit_loads_neither_the_runtime_nor_the_desk() -> None:
    nouns = set(container_side()) - set(modules_of("hookkit.runtime"))

    assert {name for name in loaded_by("hookkit") if name.startswith("hookkit.")} <= nouns

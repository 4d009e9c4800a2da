"""The template is rendered as people would, and what comes out is used as they would."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hookkit.scaffold import NewProject, create_project
from hookkit.spec import HookSpec

CHECKOUT = Path(__file__).parents[2]
TEMPLATE = "hello-world-processor"

#: What people may answer; the last one is made to break Python, TOML, Markdown and Jinja.
ANSWERS = {
    "defaults": {},
    "answers": {"project_name": "ice-edge", "title": "Ice edge", "description": "Draws the edge of the ice."},
    "hostile answers": {
        "project_name": "a" * 52,
        "title": '"""\\ \'q\' # % {x} 🧊',
        "description": '\\N{x} """ ends with a "quote"',
    },
}


@pytest.fixture(scope="module", params=ANSWERS.values(), ids=list(ANSWERS))
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects") / "my-hook"
    create_project(NewProject(template=TEMPLATE, destination=folder, answers=request.param, defaults=True))
    return folder


@pytest.fixture(scope="module")
def package(project: Path) -> str:
    """The name of the project's package, which is its hook's as well."""
    (folder,) = (project / "src").iterdir()
    return folder.name


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run one of hookkit's tools on a project, as its author would."""
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "MYPYPATH": "src"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def test_nothing_of_the_template_language_is_left(project: Path) -> None:
    for file in project.rglob("*"):
        assert not file.name.endswith(".jinja")
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            assert "{{" not in text
            assert "{%" not in text
            assert text.endswith("\n")
            assert not text.endswith("\n\n")


def test_no_path_of_the_machine_is_left_but_hookkits_source(project: Path) -> None:
    for file in project.rglob("*"):
        if file.is_file():
            text = file.read_text(encoding="utf-8").replace(f"hookkit[cli] @ {CHECKOUT.as_uri()}", "")
            assert str(CHECKOUT) not in text
            assert str(project.parent) not in text


def test_the_project_names_its_hook_and_needs_nothing_to_run(project: Path, package: str) -> None:
    config = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))

    assert config["tool"]["hookkit"]["hook"] == f"{package}.main:{package}"
    assert config["project"]["dependencies"] == []
    assert config["dependency-groups"]["dev"] == [f"hookkit[cli] @ {CHECKOUT.as_uri()}", "pytest>=8"]


def test_its_hook_is_one_that_hookkit_can_describe(project: Path, package: str) -> None:
    ask = (
        "import json, sys; sys.path.insert(0, 'src'); from hookkit.authoring import spec_of;"
        f"from {package}.main import {package} as hook; print(json.dumps(spec_of(hook).to_json()))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", ask],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=True,
    )

    spec = HookSpec.from_json(json.loads(done.stdout))
    config = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert str(spec.entry_point) == config["tool"]["hookkit"]["hook"]
    assert spec.kubernetes_name == config["project"]["name"]
    assert spec.description == config["project"]["description"]
    assert [option.name for option in spec.options] == ["product_name", "case"]


def test_its_readme_names_files_that_are_there(project: Path) -> None:
    tree = (project / "README.md").read_text(encoding="utf-8").split("```")[1]
    names = [line.split()[0] for line in tree.strip().splitlines()]

    assert [name for name in names if not (project / name).exists()] == ["out/", "dist/"]


def test_its_python_passes_ruff(project: Path) -> None:
    wide = ("--line-length", "320")  # how long lines get is up to the names that were chosen
    done = run(project, "ruff", "check", "--isolated", "--no-cache", *wide, "--select", "E,F,I,B,UP,PT", ".")

    assert done.returncode == 0, done.stdout


def test_its_python_is_formatted_where_names_are_not_too_long(project: Path, package: str) -> None:
    done = run(project, "ruff", "format", "--isolated", "--no-cache", "--check", ".")

    assert done.returncode == (0 if len(package) < 30 else 1), done.stdout


def test_its_python_passes_strict_mypy(project: Path) -> None:
    done = run(project, "mypy", "--strict", "--cache-dir", os.devnull, "src", "tests")

    assert done.returncode == 0, done.stdout


def test_its_own_tests_pass_without_installing_it(project: Path) -> None:
    done = run(project, "hookkit", "test", "-q", "-p", "no:cacheprovider")

    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout

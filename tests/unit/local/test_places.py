"""Outputs lie apart from inputs and code."""

from pathlib import Path

import pytest
from realparts.desk import SHOUT, hookkit, write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", SHOUT)


WRONG = {
    "the input itself": ("in", "is an input"),
    "the project": (".", "is the project"),
}


@pytest.mark.parametrize(("output", "words"), WRONG.values(), ids=WRONG)
def test_an_output_that_would_change_other_things_is_refused(project: Path, output: str, words: str) -> None:
    before = sorted(project.rglob("*"))

    done = hookkit(project, "run", "--input", "in", "--output", output)

    assert done.returncode == 2
    assert done.stderr.startswith("--output: ")
    assert words in done.stderr
    assert [path for path in sorted(project.rglob("*")) if "__pycache__" not in str(path)] == before


def test_code_is_not_written_into(project: Path) -> None:
    (project / "src").mkdir()
    for module in project.glob("*.py"):
        module.rename(project / "src" / module.name)

    done = hookkit(project, "run", "--input", "in", "--output", "src/out")

    assert done.returncode == 2
    assert "lies in the code" in done.stderr


@pytest.mark.parametrize("output", ["out", "in/out"])
def test_any_other_folder_will_do(project: Path, output: str) -> None:
    assert hookkit(project, "run", "--input", "in", "--output", output).returncode == 0

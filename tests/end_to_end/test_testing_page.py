"""docs/testing.md says what is: its tables are the code's, its commands run, its tests pass."""

import re
from pathlib import Path

import pytest
from realparts.desk import hookkit

from hookkit.cli import COMMANDS
from hookkit.local.rules import render_promises
from hookkit.scaffold import NewProject, create_project

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


COMMANDS_OF_THE_PAGE = [line for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "my-hook"
    create_project(NewProject(template="hello-world-processor", destination=folder, answers={}, defaults=True))
    return folder


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    assert render_promises() in TEXT


def test_the_page_has_what_is_tested_here() -> None:
    assert {line.split()[1] for line in COMMANDS_OF_THE_PAGE} <= set(COMMANDS)
    assert len(COMMANDS_OF_THE_PAGE) >= 7
    assert len(blocks("python")) == 2


@pytest.mark.slow
def test_the_commands_of_the_page_run_in_their_order(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")

    done = [hookkit(project, *line.split()[1:]) for line in COMMANDS_OF_THE_PAGE]

    assert [one.returncode for one in done] == [0] * len(COMMANDS_OF_THE_PAGE), done
    product = Path("my_new_product_name", "result.data")
    assert (project / "out2" / product).read_text() == (project / "out" / product).read_text()


@pytest.mark.slow
def test_the_tests_of_the_page_pass_in_a_new_project(project: Path) -> None:
    for number, block in enumerate(blocks("python")):
        (project / "tests" / f"test_page_{number}.py").write_text(block, encoding="utf-8")

    done = hookkit(project, "test", "-q", "tests/test_page_0.py", "tests/test_page_1.py")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout

"""The same tests run the hook in the image that was built, and golden outputs hold for every engine."""

from pathlib import Path

import pytest
from container.conftest import base_image, engine
from docker import DockerClient
from realparts.authors import hookkit_test, project_with_tests
from realparts.borrowing import borrowed
from realparts.desk import SHOUT, hookkit

__all__ = ["base_image", "engine"]

pytestmark = pytest.mark.slow

TESTS = """
IN = Path(__file__).parent.parent / "in"

def test_golden(run_hook, hook_engine):
    report = run_hook(input=IN, case="lower")
    assert report.engine.startswith(hook_engine)
    report.assert_golden("golden")

def test_missing(run_hook, tmp_path):
    (tmp_path / "empty").mkdir()
    report = run_hook(input=tmp_path / "empty")
    assert report.exit_code == 1
    assert report.message.startswith("FileNotFoundError")
"""


def test_each_engine_gives_the_same_bytes(
    tmp_path: Path,
    engine: DockerClient,
    base_image: str,  # noqa: ARG001 - builds stand on it
) -> None:
    project = project_with_tests(tmp_path / "p", SHOUT, TESTS)
    with borrowed(engine, "my-hook"):
        built = hookkit(project, "build")
        assert built.returncode == 0, built.stderr

        written = hookkit_test(project, "--hook-engine=process", "--update-golden")
        held = hookkit_test(project, "-W", "error", "--hook-engine=process,container")

    assert written.counts == {"passed": 2}, written.text
    assert held.counts == {"passed": 4}, held.text


def test_an_engine_that_does_not_answer_is_an_error_that_says_so(tmp_path: Path) -> None:
    project = project_with_tests(tmp_path / "p", SHOUT, TESTS)
    nowhere = {"DOCKER_HOST": f"unix://{tmp_path}/nowhere.sock", "PATH": "/usr/bin:/bin"}

    verdict = hookkit_test(project, "--hook-engine=container", "--hook-image=nowhere/x:1", "-k", "golden", **nowhere)

    assert verdict.counts == {"error": 1, "deselected": 1}, verdict.text
    assert "the hook did not run, engine container" in verdict.text

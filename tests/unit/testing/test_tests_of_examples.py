"""The examples' own tests pass, and compare with what the examples say is expected."""

import shutil
from pathlib import Path

import pytest
from realparts.authors import hookkit_test

pytestmark = pytest.mark.slow  # it starts many processes

EXAMPLES = Path(__file__).parents[3] / "examples"
WITH_TESTS = sorted(folder.parent.name for folder in EXAMPLES.glob("*/tests"))


def test_there_are_examples_with_tests() -> None:
    assert WITH_TESTS == ["hello-world-processor", "vegetation-index"]


@pytest.mark.parametrize("name", WITH_TESTS)
def test_the_tests_of_an_example_pass_and_would_see_another_output(name: str, tmp_path: Path) -> None:
    example = Path(shutil.copytree(EXAMPLES / name, tmp_path / name))

    passed = hookkit_test(example, "-W", "error")
    for file in (example / "expected" / "output").rglob("*.*"):
        file.write_text("other")
    failed = hookkit_test(example)

    assert passed.counts.keys() == {"passed"}, passed.text
    assert failed.counts["failed"] == 1

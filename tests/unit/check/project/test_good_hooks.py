"""Hooks that are good have no findings: the examples, a fresh project, those that every engine runs without a word."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hookkit.cache import Cache
from hookkit.check.project.checking import check_project
from hookkit.project import find_project

ROOT = Path(__file__).parents[4]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/pyproject.toml"))
GOOD = sorted((ROOT / "tests/contract/good").glob("[a-z]*.py"))
#: What these leave out, or bring in another way: they are run, and not built.
NOT_ASKED = {"RS101", "DE101"}
#: What is warned of though it is good: the paths that this one writes go through a loop, which is not followed.
WARNED = {"keeps_settings_in_its_home": {"FS105"}}


@pytest.mark.parametrize("project", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_good(project: Path) -> None:
    findings = check_project(find_project(project), None, project, Cache.of_user()).findings

    assert [str(one) for one in findings if one.rule.code != "RS101"] == []


def test_a_project_that_was_just_made_is_good(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "hookkit", "new", "hello-world-processor", "fresh", "--defaults"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    assert check_project(find_project(tmp_path / "fresh"), None, tmp_path, Cache.of_user()).findings == ()


@pytest.mark.parametrize("module", GOOD, ids=lambda path: path.stem)
def test_a_hook_that_keeps_the_contract_is_good(module: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.hookkit]\nhook = "{module.stem}"\n')
    shutil.copy(module, tmp_path)

    findings = check_project(find_project(tmp_path), None, tmp_path, Cache.of_user()).findings

    allowed = NOT_ASKED | WARNED.get(module.stem, set())
    assert [str(one) for one in findings if one.rule.code not in allowed] == []


def test_there_are_good_hooks_to_look_at() -> None:
    assert len(GOOD) >= 30

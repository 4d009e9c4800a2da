"""Where every real part is present, a test that skips makes the run fail, and the run names it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = {
    "by a mark": "import pytest\n@pytest.mark.skip(reason='no luck')\ndef test_it(): ...",
    "in its body": "import pytest\ndef test_it(): pytest.skip('no luck')",
    "in a fixture": "import pytest\n@pytest.fixture\ndef part(): pytest.skip('no luck')\ndef test_it(part): ...",
    "as a module": "import pytest\npytest.skip('no luck', allow_module_level=True)",
}


@pytest.fixture
def suite(tmp_path: Path, repository: Path) -> Path:
    shutil.copy(repository / "tests/conftest.py", tmp_path)
    return tmp_path


def run_pytest(suite: Path, content: str, *arguments: str, require_all: str) -> subprocess.CompletedProcess[str]:
    (suite / "test_it.py").write_text(content)
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, f"--rootdir={suite}", *arguments, str(suite)]
    env = {**variables, "HOOKKIT_REQUIRE_ALL": require_all}
    return subprocess.run(command, cwd=suite, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("content", SKIPS.values(), ids=SKIPS)
def test_a_skip_fails_the_run_and_is_named(suite: Path, content: str) -> None:
    done = run_pytest(suite, content, require_all="1")

    assert done.returncode in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}
    assert "test_it.py" in done.stdout
    assert "no luck" in done.stdout


@pytest.mark.parametrize("content", [SKIPS["in a fixture"], SKIPS["as a module"]], ids=["test", "module"])
def test_a_skip_fails_the_run_of_workers_too(suite: Path, content: str) -> None:
    done = run_pytest(suite, content, "--numprocesses=2", require_all="1")

    assert done.returncode != pytest.ExitCode.OK
    assert "no luck" in done.stdout


def test_a_skip_is_a_skip_elsewhere(suite: Path) -> None:
    done = run_pytest(suite, SKIPS["in its body"], require_all="")

    assert done.returncode == pytest.ExitCode.OK
    assert "1 skipped" in done.stdout


def test_an_expected_failure_is_no_skip(suite: Path) -> None:
    content = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert 0"

    assert run_pytest(suite, content, require_all="1").returncode == pytest.ExitCode.OK

"""A new project's tests pass with `hookkit test` and with plain pytest, however hookkit was installed."""

import zipfile
from pathlib import Path

import pytest
from end_to_end.conftest import any_shell, shell
from realparts.installing import make_project_environment
from realparts.shell import Shell

__all__ = ["any_shell", "shell"]

pytestmark = pytest.mark.slow

NEW = "hookkit new hello-world-processor my-hook --defaults"


@pytest.mark.parametrize("any_shell", ["wheel", "editable checkout"], indirect=True)
def test_where_hookkit_is_installed(any_shell: Shell, tmp_path: Path) -> None:
    any_shell.must(tmp_path, NEW)
    project = tmp_path / "my-hook"

    by_hookkit = any_shell.must(project, "hookkit test -W error")
    by_pytest = any_shell.must(project, "pytest -W error")
    from_elsewhere = any_shell.must(tmp_path, "pytest -W error --import-mode=importlib my-hook")

    for said in (by_hookkit, by_pytest, from_elsewhere):
        assert "4 passed" in said
        assert "hookkit-" in said.partition("plugins: ")[2].splitlines()[0]


def test_where_the_projects_own_python_has_pytest_alone(shell: Shell, tmp_path: Path) -> None:
    shell.must(tmp_path, NEW)
    project = tmp_path / "my-hook"
    make_project_environment(project)

    said = shell.must(project, "hookkit test -W error")
    engines = shell.must(project, "hookkit test -q -W error --hook-engine process,inline")
    without = shell.run(project, ".venv/bin/python -m pytest")

    assert "4 passed" in said
    assert "7 passed" in engines
    assert "No module named 'hookkit'" in without.stdout


def test_where_hookkit_is_installed_without_the_authors_tools(shell: Shell, wheel: Path, tmp_path: Path) -> None:
    shell.must(tmp_path, NEW)
    project = tmp_path / "my-hook"
    make_project_environment(project)
    [packages] = (project / ".venv" / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:  # a wheel of pure Python is installed by unpacking it
        archive.extractall(packages)

    done = shell.run(project, ".venv/bin/python -m pytest -W error")

    assert done.returncode == 1
    assert "1 passed, 3 errors" in done.stdout
    python = project / ".venv" / "bin" / "python"
    remedy = "run the tests with `hookkit test`, or install hookkit[cli] here"
    assert f"run_hook: {python} has no hookkit[cli] to run a hook with; {remedy}" in done.stdout.splitlines()
    assert "4 passed" in shell.must(project, "hookkit test -W error")

"""`hookkit lock`: what the image is made of, pinned; and `--check`, for those who did not run it."""

import json
import subprocess
from pathlib import Path

import pytest
from realparts.desk import SHOUT, hookkit, write_project
from realparts.wheels import only_wheels, write_wheel


@pytest.fixture(autouse=True)
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that uv finds packages in."""
    return only_wheels(tmp_path, monkeypatch)


def lock(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Lock for an engine, which pulls its base itself: nobody but uv is asked."""
    return hookkit(project, "lock", "--builder", "docker", *arguments)


def project_with(folder: Path, *dependencies: str) -> Path:
    if not folder.exists():
        write_project(folder, SHOUT)
    text = f'[project]\nname = "my-hook"\ndependencies = {json.dumps(list(dependencies))}\n[tool.hookkit]\n'
    (folder / "pyproject.toml").write_text(text)
    return folder


def test_a_lock_is_made_and_said(tmp_path: Path, wheels: Path) -> None:
    write_wheel(wheels, "greeting")
    project = project_with(tmp_path / "project", "greeting")

    done = lock(project)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("hookkit.lock: 1 package of Python 3.")
    text = (project / "hookkit.lock").read_text()
    assert 'requirement = "greeting==1.0"' in text
    assert str(tmp_path) not in text


def test_a_lock_stays_until_it_is_upgraded(tmp_path: Path, wheels: Path) -> None:
    write_wheel(wheels, "greeting", "1.0")
    project = project_with(tmp_path / "project", "greeting")
    lock(project)
    before = (project / "hookkit.lock").read_text()
    write_wheel(wheels, "greeting", "2.0")

    assert lock(project).returncode == 0
    assert (project / "hookkit.lock").read_text() == before
    assert lock(project, "--upgrade").returncode == 0
    assert '"greeting==2.0"' in (project / "hookkit.lock").read_text()


def test_a_check_tells_a_stale_lock_and_writes_nothing(tmp_path: Path, wheels: Path) -> None:
    write_wheel(wheels, "greeting")
    project = project_with(tmp_path / "project", "greeting")

    without = lock(project, "--check")
    assert not (project / "hookkit.lock").exists()
    lock(project)
    current = lock(project, "--check")
    project_with(project, "greeting>=1")
    stale = lock(project, "--check")

    line = f"{project}/hookkit.lock: is stale: it does not hold what the project asks for; run `hookkit lock`\n"
    assert (without.returncode, without.stderr) == (1, line)
    assert (current.returncode, current.stdout, current.stderr) == (0, "", "")
    assert (stale.returncode, stale.stderr) == (1, line)


def test_a_project_without_dependencies_needs_no_lock(tmp_path: Path) -> None:
    project = project_with(tmp_path / "project", "hookkit")

    done = lock(project)

    assert (done.returncode, done.stdout) == (0, "the project depends on nothing: there is nothing to pin\n")
    assert not (project / "hookkit.lock").exists()
    assert lock(project, "--check").returncode == 0


def test_what_can_not_be_resolved_leaves_the_lock_as_it_is(tmp_path: Path, wheels: Path) -> None:
    write_wheel(wheels, "greeting")
    project = project_with(tmp_path / "project", "greeting")
    lock(project)
    before = (project / "hookkit.lock").read_text()
    project_with(project, "greeting", "no-such-thing")

    done = lock(project)

    assert done.returncode == 1
    assert done.stderr.startswith(f"{project}/pyproject.toml: no-such-thing is no package of the index; ")
    assert (project / "hookkit.lock").read_text() == before


def test_a_damaged_lock_is_a_line(tmp_path: Path) -> None:
    project = project_with(tmp_path / "project", "greeting")
    (project / "hookkit.lock").write_text("<<<<<<< HEAD\n")

    for arguments in ((), ("--check",)):
        done = lock(project, *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith(f"{project}/hookkit.lock: is damaged: ")
        assert len(done.stderr.splitlines()) == 1


def test_flags_that_exclude_each_other_are_refused(tmp_path: Path) -> None:
    done = lock(tmp_path, "--check", "--upgrade")

    assert done.returncode == 2
    assert "--upgrade and --check exclude each other" in done.stderr


def test_a_platform_or_a_base_that_is_none_is_a_line(project: Path) -> None:
    for flag, value in (("--platform", "windows/amd64"), ("--base-image", "NOT AN IMAGE")):
        done = lock(project, flag, value)
        assert done.returncode == 2
        assert done.stderr.startswith(f"{flag}: ")
        assert len(done.stderr.splitlines()) == 1


def test_a_base_that_is_pinned_already_is_not_asked_for(tmp_path: Path) -> None:
    project, base = project_with(tmp_path / "project"), "127.0.0.1:1/python:3.12"
    digest = f"sha256:{'0f' * 32}"
    (project / "hookkit.lock").write_text(f'version = 1\n[base."{base}:linux/amd64"]\ndigest = "{digest}"\n')
    flags = ("--builder", "oci", "--base-image", base, "--platform", "linux/amd64")

    current = hookkit(project, "lock", "--check", *flags)
    other = hookkit(project, "lock", "--check", *flags[:-1], "linux/arm64")

    assert (current.returncode, current.stderr) == (0, "")
    assert other.returncode == 1

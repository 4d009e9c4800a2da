"""A call becomes what a process may read and write: what the container would have, and nothing that is left behind."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from realparts.desk import SHOUT, write_project

from hookkit.cache import Cache
from hookkit.local.interpreter import python_folders
from hookkit.local.processplan import ProcessPlan, planned
from hookkit.local.run import LocalRun
from hookkit.project import describe, find_project
from hookkit.runtime.call import read_call


def run_in(root: Path, *flags: str, target: str | None = None) -> LocalRun:
    project = find_project(root)
    spec = describe(project, target)
    return LocalRun(project, spec, read_call(spec, [*flags], {}))


def call_in(root: Path, output: Path) -> LocalRun:
    return run_in(root, "--input", str(root / "in"), "--output", str(output))


def readable(plan: ProcessPlan, place: Path) -> bool:
    return any(place.is_relative_to(one) for one in plan.policy.readable)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", SHOUT)


@contextmanager
def plan_for(run: LocalRun) -> Iterator[ProcessPlan]:
    with planned(run, python_folders(run.project, Cache.of_user())) as plan:
        yield plan


def test_of_a_flat_project_its_modules_are_read_and_its_secrets_and_data_are_not(root: Path) -> None:
    for name in (".env", "secrets.toml", "pyproject.toml", "data/tile"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    run = call_in(root, root / "out")

    with plan_for(run) as plan:
        assert readable(plan, root / "my_hook.py")
        assert readable(plan, root / "in" / "example.data")
        for name in (".env", "secrets.toml", "pyproject.toml", "data/tile"):
            assert not readable(plan, root / name), name
        assert plan.policy.listed == (root,)


def test_the_output_is_made_and_stays_though_it_is_empty(root: Path) -> None:
    run = call_in(root, root / "new" / "out")

    with plan_for(run) as plan:
        assert (root / "new" / "out").is_dir()
        assert root / "new" / "out" in plan.policy.writable
        outcome = plan.volume.outcome
        assert outcome.exists()

    assert (root / "new" / "out").is_dir()
    assert not outcome.exists()


def test_where_it_comes_to_no_run_the_output_is_not_left_behind(root: Path) -> None:
    run = call_in(root, root / "new" / "out")

    with pytest.raises(OSError, match="no interpreter"), plan_for(run):
        raise OSError("no interpreter")

    assert not (root / "new").exists()


def test_an_output_that_holds_something_stays(root: Path) -> None:
    run = call_in(root, root / "new" / "out")

    with plan_for(run):
        (root / "new" / "out" / "product").touch()

    assert (root / "new" / "out" / "product").exists()


def test_what_can_not_be_made_is_left_to_the_runtime_to_tell(root: Path) -> None:
    (root / "file").touch()
    run = call_in(root, root / "file" / "out")

    with plan_for(run):
        pass

    assert (root / "file").is_file()


def test_an_output_of_a_long_name_is_called_by_a_short_one(root: Path) -> None:
    long = root / ("o" * 60) / "out"
    run = call_in(root, long)

    with plan_for(run) as plan:
        called = plan.volume.called["output"]
        assert len(str(called)) < len(str(long))
        assert called.samefile(long)
        assert f"--output={called}" in plan.command
        assert str(called) in plan.surroundings.writable
        assert str(long) in plan.surroundings.writable


def test_a_hook_without_an_output_has_a_home_to_write_into(tmp_path: Path) -> None:
    source = "from hookkit import hook\n\n\n@hook\ndef job() -> None:\n    pass\n"
    run = run_in(write_project(tmp_path / "project", source))

    with plan_for(run) as plan:
        assert plan.volume.home in plan.policy.writable
        assert plan.environment["TMPDIR"] == str(plan.volume.home)


def test_the_environment_holds_nothing_of_the_authors(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "x")
    monkeypatch.setenv("LD_PRELOAD", "")
    run = call_in(root, root / "out")

    with plan_for(run) as plan:
        assert not {"MY_TOKEN", "LD_PRELOAD", "VIRTUAL_ENV", "USER"} & set(plan.environment)


def test_root_becomes_somebody_whom_nobody_is(root: Path) -> None:
    run = call_in(root, root / "out")

    for _ in range(20):
        with plan_for(run) as plan:
            user = plan.policy.user
        assert (user is None) is (os.getuid() != 0)
        assert user not in {known.pw_uid for known in pwd.getpwall()}

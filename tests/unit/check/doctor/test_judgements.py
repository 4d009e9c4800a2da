"""What programs and the kernel answer comes to a state, words and a remedy."""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hookkit.check.doctor.asking import Answer
from hookkit.check.doctor.building import judge_apt
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.engine import judge_engine, judge_limits
from hookkit.check.doctor.fact import State
from hookkit.check.doctor.python import judge_python
from hookkit.check.doctor.sandbox import (
    Trial,
    forbidding_settings,
    judge_landlock,
    judge_network,
    judge_notification,
    judge_root,
    judge_rules,
    judge_seccomp,
    judge_users,
)
from hookkit.check.doctor.tools import judge_argo
from hookkit.project import HookPython

ROOT = Desk({"PATH": "/nowhere"}, Path("/"), None, "", is_root=True)
PLAIN = replace(ROOT, is_root=False)

# ---------------------------------------------------------------- Python

PYTHON = HookPython(Path("/venv/bin/python"), "the project's .venv")


def answer(version: str = "3.12.1", implementation: str = "cpython", *, has_ctypes: bool = True) -> Answer:
    major, minor = version.split(".")[:2]
    return Answer(json.dumps([implementation, version, [int(major), int(minor)], has_ctypes]))


@pytest.mark.parametrize(
    ("said", "required", "state", "words"),
    [
        (answer(), "", State.OK, "3.12.1, /venv/bin/python (the project's .venv)"),
        (answer(), ">=3.11,<4", State.OK, "3.12.1"),
        (answer(), "no specifier", State.OK, "3.12.1"),
        (answer(has_ctypes=False), "", State.OK, "without ctypes"),
        (answer("3.11.9", "pypy"), "", State.OK, "pypy 3.11.9"),
        (answer(), ">=3.13", State.LIMITED, "requires-python = '>=3.13'"),
        (answer("3.10.14"), "", State.MISSING, "needs 3.11 or later"),
        (Answer("", "gives no answer within 2 s"), "", State.MISSING, "gives no answer within 2 s"),
        (Answer("GNU bash"), "", State.MISSING, "is no Python: it says 'GNU bash'"),
    ],
)
def test_a_python_fits_or_it_is_said_why_not(said: Answer, required: str, state: State, words: str) -> None:
    fact = judge_python(PYTHON, said, required)

    assert fact.state is state
    assert words in fact.found
    assert (fact.remedy == "") == (state is State.OK)


# ---------------------------------------------------------------- the engine

INFO: dict[str, Any] = {"OSType": "linux", "Driver": "overlay2", "CgroupVersion": "2"}
LIMITS = {"MemoryLimit": True, "CpuCfsQuota": True, "PidsLimit": True}


def test_an_engine_says_what_it_is() -> None:
    docker = judge_engine("unix:///x", {"Version": "29.0.1", "Components": [{"Name": "Engine"}]}, INFO)
    rootless = judge_engine(
        "unix:///x",
        {"Version": "5.4.0", "Components": [{"Name": "Podman Engine"}]},
        INFO | {"SecurityOptions": ["name=rootless"]},
    )

    assert (docker.state, docker.found) == (State.OK, "docker 29.0.1, as root, overlay2, unix:///x")
    assert rootless.found == "podman 5.4.0, rootless, overlay2, unix:///x"


def test_an_engine_of_windows_runs_no_hooks() -> None:
    assert judge_engine("x", {"Version": "1", "Arch": "amd64"}, INFO | {"OSType": "windows"}).state is State.LIMITED


def test_limits_that_an_engine_does_not_have_are_named() -> None:
    assert judge_limits(INFO | LIMITS).found == "memory, cpu, processes; by cgroup v2"
    lacking = judge_limits(INFO | LIMITS | {"CpuCfsQuota": False, "PidsLimit": False})

    assert (lacking.state, lacking.found) == (State.LIMITED, "it can't limit cpu, processes")
    assert "Delegate=cpu" in lacking.remedy


# ---------------------------------------------------------------- the sandbox

STEPS = {"privileges": "", "files": "", "filter": "", "namespace": "", "listening": True}
GOOD = Trial({"value": 7}, {"value": 0}, STEPS, (), "")
REFUSED = {"errno": errno.EPERM, "words": "Operation not permitted"}


def with_steps(**steps: Any) -> Trial:
    return replace(GOOD, steps=STEPS | steps)


def without_landlock(number: int) -> Trial:
    return replace(with_steps(files="this kernel has no Landlock"), landlock={"errno": number, "words": "no"})


def test_all_is_well_where_everything_was_done() -> None:
    facts = [
        judge_rules(GOOD),
        judge_root(GOOD),
        judge_landlock(GOOD, "", ROOT),
        judge_seccomp(GOOD),
        judge_notification(GOOD),
        judge_network(GOOD),
        judge_users(GOOD, {}, ROOT),
    ]

    assert {fact.state for fact in facts} == {State.OK}
    assert facts[2].found == "version 7"


def test_rules_that_do_not_hold_are_named() -> None:
    some = judge_rules(replace(GOOD, not_enforced=["reads", "user"]))
    all_that_count = judge_rules(replace(GOOD, not_enforced=["writes", "reads", "network", "sockets", "user"]))

    assert (some.state, some.found) == (State.LIMITED, "all rules but reads, user")
    assert (all_that_count.state, all_that_count.found) == (State.MISSING, "no sandbox")


def test_an_image_that_can_be_no_root_is_run_by_its_loader() -> None:
    fact = judge_root(replace(GOOD, own_root="namespaces are refused here: Operation not permitted"))

    assert fact.state is State.LIMITED
    assert "loader" in fact.remedy


def test_landlock_that_is_too_old_is_limited() -> None:
    old = replace(with_steps(files="this kernel has version 2 of Landlock only"), landlock={"value": 2})

    fact = judge_landlock(old, "", ROOT)

    assert (fact.state, fact.found) == (State.LIMITED, "version 2, and files need 3")


def test_landlock_that_was_not_switched_on_is_switched_on_by_root() -> None:
    fact = judge_landlock(without_landlock(errno.EOPNOTSUPP), "capability,yama", PLAIN)

    assert fact.state is State.MISSING
    assert "lsm=landlock,capability,yama" in fact.remedy
    assert "ask whoever runs this machine" in fact.remedy


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EPERM])
def test_landlock_that_is_not_there_is_told_from_one_that_is_refused(number: int) -> None:
    fact = judge_landlock(without_landlock(number), "", ROOT)

    assert fact.state is State.MISSING
    assert ("this kernel has none" in fact.found) == (number == errno.ENOSYS)


def test_a_namespace_that_is_refused_is_made_up_for_by_a_filter_alone() -> None:
    refused = {"namespace": "Operation not permitted"}

    assert judge_network(with_steps(**refused)).state is State.LIMITED
    assert judge_network(with_steps(**refused, filter="Function not implemented")).state is State.MISSING


def test_without_filters_there_are_no_notifications() -> None:
    lacking = with_steps(filter="Function not implemented", listening=False)

    assert judge_seccomp(lacking).state is State.MISSING
    assert judge_notification(lacking).state is State.MISSING
    assert judge_notification(with_steps(listening=False)).state is State.LIMITED


def test_what_forbids_user_namespaces_is_named_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel/apparmor_restrict_unprivileged_userns").write_text("1\n")
    (tmp_path / "kernel/unprivileged_userns_clone").write_text("1\n")
    trial = replace(GOOD, user_namespace=REFUSED)

    forbidding = forbidding_settings(tmp_path)
    fact = judge_users(trial, forbidding, ROOT)

    assert forbidding == {"kernel.apparmor_restrict_unprivileged_userns": "0"}
    assert fact.remedy == "`sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`"
    assert "a container or pod around this" in judge_users(trial, {}, ROOT).remedy


# ---------------------------------------------------------------- the rest


@pytest.mark.parametrize(
    ("text", "failure", "state"),
    [
        ("argo: v3.6.2", "", State.OK),
        ("argo: v2.12.0", "", State.LIMITED),
        ("untagged", "", State.UNKNOWN),
        ("", "gives no answer within 2 s", State.UNKNOWN),
    ],
)
def test_argo_is_known_by_its_version(text: str, failure: str, state: State) -> None:
    assert judge_argo("/bin/argo", text, failure).state is state


def test_archives_of_apt_are_named_without_passwords(tmp_path: Path) -> None:
    (tmp_path / "a_Packages.lz4").touch()
    targets = [
        ("https://me:secret@one.example.org/debian", f"{tmp_path}/a_Packages"),
        ("file:/srv/debian", f"{tmp_path}/b_Packages"),
    ]

    fact = judge_apt(targets)

    assert fact.found == "archives of one.example.org, /srv/debian; 1 of 2 indexes here; no root needed"
    assert judge_apt([]).state is State.MISSING


def test_who_is_not_root_is_told_whom_to_ask(tmp_path: Path) -> None:
    for name in ("dnf", "sudo"):
        (tmp_path / name).touch(mode=0o755)
    equipped = {"PATH": str(tmp_path)}

    assert replace(ROOT, environment=equipped).install("git") == "`dnf install git`"
    assert replace(PLAIN, environment=equipped).install("git") == "`sudo dnf install git`"
    assert PLAIN.install("git") == "ask whoever runs this machine for `apt-get install git`"


def test_the_desk_is_where_hookkit_was_called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.hookkit]\nhoook = 1\n")

    desk = Desk.here()

    assert (desk.folder, desk.is_root, desk.project) == (tmp_path, os.geteuid() == 0, None)
    assert "hoook" in desk.mistake

"""What engines are, and what they are told: decided without any."""

import csv
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.errors import EngineError
from hookkit.local.container.enforcement import enforcement_of
from hookkit.local.container.facts import EngineFacts
from hookkit.local.container.running import Patience
from hookkit.local.container.settings import engine_settings
from hookkit.local.containerplan import ContainerPlan, Mount, container_user
from hookkit.local.rules import RULES
from hookkit.reference import ImageReference

VOLUME = Mount(Path("/volume"), "/mnt/vol", read_only=False)
PLAN = ContainerPlan(
    image=ImageReference.parse("a:1"),
    arguments=("--output=/mnt/vol/output",),
    mounts=(VOLUME,),
    environment=(("A", "1"), ("SECRET", None)),
    user="1234567890:1234567890",
    network=False,
    cpus=4,
    memory_bytes=1 << 26,
)
FACTS = EngineFacts(processors=8)
PODMAN = {"Components": [{"Name": "Podman Engine"}, {"Name": "Conmon"}]}


def states(plan: ContainerPlan, facts: EngineFacts) -> dict[str, str]:
    found = enforcement_of(plan, facts, Patience(5, 30))
    assert [one.rule for one in found] == list(RULES)
    return {one.rule: one.state for one in found if one.state != "enforced"}


def host_of(facts: EngineFacts, plan: ContainerPlan = PLAN) -> dict[str, Any]:
    found: dict[str, Any] = engine_settings(plan, facts, {"label": "x"})["HostConfig"]
    return found


# ---------------------------------------------------------------- facts


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ({}, "docker"),
        ({"Components": None}, "docker"),
        ({"Components": [{"Name": "Engine"}]}, "docker"),
        (PODMAN, "podman"),
    ],
)
def test_an_engine_is_known_by_its_parts(version: dict[str, Any], name: str) -> None:
    assert EngineFacts.read(version, {}).name == name


def test_an_engine_that_says_nothing_of_limits_can_set_them() -> None:
    assert states(PLAN, EngineFacts.read({}, {"NCPU": 8})) == {}


@pytest.mark.parametrize(
    ("info", "missing"),
    [
        ({"MemoryLimit": False}, {"memory"}),
        ({"SwapLimit": False}, {"memory"}),
        ({"PidsLimit": False}, {"processes"}),
        ({"CpuCfsQuota": False}, {"cpu"}),
        ({"CgroupDriver": "none"}, {"memory", "cpu", "processes"}),
        ({"SecurityOptions": ["name=rootless"], "CgroupVersion": "1"}, {"memory", "cpu", "processes", "user"}),
        ({"SecurityOptions": ["name=rootless"], "CgroupVersion": "2"}, {"user"}),
    ],
)
def test_what_an_engine_cannot_limit_is_not_enforced(info: dict[str, Any], missing: set[str]) -> None:
    assert states(PLAN, EngineFacts.read({}, info)) == dict.fromkeys(missing, "not enforced")


def test_a_limit_that_the_engine_cannot_set_is_not_asked_for() -> None:
    facts = replace(FACTS, memory=False, cpu=False, processes=False)

    assert not {"Memory", "MemorySwap", "NanoCpus", "PidsLimit"} & set(host_of(facts))


def test_a_rootless_podman_keeps_the_callers_user() -> None:
    facts = EngineFacts.read(PODMAN, {"Rootless": True, "CgroupVersion": "2"})

    assert states(PLAN, facts) == {}
    assert host_of(facts)["UsernsMode"] == "keep-id"
    assert engine_settings(PLAN, facts, {})["User"] == PLAN.user


def test_in_a_rootless_docker_root_stands_for_the_caller() -> None:
    facts = EngineFacts.read({}, {"SecurityOptions": ["name=rootless"]})

    assert engine_settings(PLAN, facts, {})["User"] == "0:0"
    [writes] = [one.how for one in enforcement_of(PLAN, facts, Patience(5, 30)) if one.rule == "writes"]
    assert writes.endswith("/dev/shm (64 MiB), message queues and /dev, can be written")


def test_an_engine_that_counts_users_anew_is_told_not_to() -> None:
    facts = EngineFacts.read({}, {"SecurityOptions": ["name=seccomp,profile=default", "name=userns"]})

    assert host_of(facts)["UsernsMode"] == "host"
    assert host_of(FACTS)["UsernsMode"] == ""


def test_a_network_that_the_hook_declares_lifts_the_rule() -> None:
    assert states(replace(PLAN, network=True), FACTS) == {"network": "lifted"}


# ---------------------------------------------------------------- settings


def test_the_engine_is_told_all_that_bounds_the_container() -> None:
    settings = engine_settings(PLAN, FACTS, {"label": "x"})
    host = settings["HostConfig"]

    assert (settings["User"], settings["Env"], settings["Labels"]) == (PLAN.user, ["A=1"], {"label": "x"})
    assert (host["ReadonlyRootfs"], host["NetworkMode"], host["CapDrop"]) == (True, "none", ["ALL"])
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert (host["Memory"], host["MemorySwap"], host["NanoCpus"], host["PidsLimit"]) == (
        1 << 26,
        1 << 26,
        4 * 10**9,
        1024,
    )
    assert host["Tmpfs"] == {}


def test_no_more_processors_are_asked_for_than_there_are() -> None:
    assert host_of(replace(FACTS, processors=2))["NanoCpus"] == 2 * 10**9


def test_podman_writes_nowhere_beside_a_read_only_root() -> None:
    assert host_of(replace(FACTS, name="podman"))["Tmpfs"] == dict.fromkeys(("/tmp", "/var/tmp", "/run"), "ro")


def test_without_a_volume_it_is_memory() -> None:
    assert host_of(FACTS, replace(PLAN, mounts=()))["Tmpfs"] == {"/mnt/vol": ""}


def test_podman_gets_a_name_that_its_csv_would_break_in_the_older_way() -> None:
    plain, odd = (Mount(Path(f"/in/{name}"), f"/mnt/vol/input/{name}", read_only=True) for name in ("a:b", "a, b"))
    host = host_of(replace(FACTS, name="podman"), replace(PLAN, mounts=(plain, odd)))

    assert [mount["Source"] for mount in host["Mounts"]] == ["/in/a:b"]
    assert host["Binds"] == ["/in/a, b:/mnt/vol/input/a, b:ro"]


@pytest.mark.parametrize(("name", "facts"), [("\udcff", FACTS), ("a:b, c", replace(FACTS, name="podman"))])
def test_a_name_that_no_engine_takes_is_one_line(name: str, facts: EngineFacts) -> None:
    mount = Mount(Path(f"/in/{name}"), "/mnt/vol/input", read_only=True)

    with pytest.raises(EngineError, match="give it another name") as caught:
        engine_settings(replace(PLAN, mounts=(mount,)), facts, {})
    assert len(str(caught.value).splitlines()) == 1


@given(st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1))
def test_the_printed_mount_is_csv_of_any_name(name: str) -> None:
    mount = Mount(Path("/in") / name, f"/mnt/vol/{name}", read_only=True)

    [row] = csv.reader([str(mount)], strict=True) if "\r" not in name and "\n" not in name else [fields_of(str(mount))]
    assert row == ["type=bind", f"source={mount.source}", f"target={mount.target}", "readonly"]


def fields_of(text: str) -> list[str]:
    """The fields of one record of CSV, whatever lines it has."""
    import io

    [row] = csv.reader(io.StringIO(text, newline=""), strict=True)
    return row


def test_a_container_is_its_callers_and_roots_is_nobodys() -> None:
    user, group = container_user()

    if os.getuid():
        assert (user, group) == (os.getuid(), os.getgid())
    else:
        assert user == group >= 20_000
    assert container_user() == (user, group)

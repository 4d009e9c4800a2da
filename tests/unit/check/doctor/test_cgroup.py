"""What a process has of a machine is what the tightest of its control groups leaves, in either version."""

from pathlib import Path

import pytest

from hookkit.check.doctor.cgroup import Memory, cgroup_version, cores_here, memory_here

GIB = 1 << 30


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "cgroup"


def write(root: Path, **texts: str) -> None:
    for name, text in texts.items():
        file = root / name.replace("__", "/").replace("_DOT_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")


def groups_of(tmp_path: Path, lines: str) -> Path:
    file = tmp_path / "self"
    file.write_text(lines)
    return file


def test_the_second_version_limits_by_a_group_or_one_above(tmp_path: Path, root: Path) -> None:
    write(root, cgroup_DOT_controllers="cpu memory", a__memory_DOT_max=str(GIB // 4), a__b__memory_DOT_max="max")
    write(root, a__cpu_DOT_max="max 100000", a__b__cpu_DOT_max="50000 100000")
    process = groups_of(tmp_path, "0::/a/b\n")

    assert cgroup_version(root) == 2
    assert memory_here(root, process).here == GIB // 4
    assert cores_here(root, process) == 0.5


def test_the_first_version_has_a_tree_a_controller(tmp_path: Path, root: Path) -> None:
    write(root, memory__cgroup_DOT_procs="", memory__a__memory_DOT_limit_in_bytes=str(GIB // 8))
    write(root, **{"cpu,cpuacct__b__cpu_DOT_cfs_quota_us": "25000", "cpu,cpuacct__b__cpu_DOT_cfs_period_us": "100000"})
    process = groups_of(tmp_path, "5:memory:/a\n4:cpu,cpuacct:/b\n0::/\n")

    assert cgroup_version(root) == 1
    assert memory_here(root, process) == Memory(memory_here(Path("/nowhere")).machine, GIB // 8)
    assert memory_here(root, process).is_limited
    assert cores_here(root, process) == 0.25


def test_in_a_container_the_root_is_the_own_group(tmp_path: Path, root: Path) -> None:
    write(root, cgroup_DOT_controllers="memory", memory_DOT_max=str(GIB // 4))

    assert memory_here(root, groups_of(tmp_path, "0::/../../not/seen/from/here\n")).here == GIB // 4


def test_without_limits_all_of_the_machine_is_there(tmp_path: Path, root: Path) -> None:
    write(root, memory__memory_DOT_limit_in_bytes="9223372036854771712", cpu__cpu_DOT_cfs_quota_us="-1")
    write(root, cpu__cpu_DOT_cfs_period_us="100000")
    process = groups_of(tmp_path, "2:memory:/\n1:cpu:/\n")

    assert not memory_here(root, process).is_limited
    assert cores_here(root, process) == cores_here(tmp_path / "nothing", tmp_path / "nothing")
    assert cgroup_version(tmp_path / "nothing") == 0

"""What a container wrote becomes the caller's outputs: all of them, or none; what one may not have read, it may."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from realparts.desk import write_project

from hookkit.errors import OutputError
from hookkit.local import LocalRun
from hookkit.local.containerplan import ContainerPlan, Mount, container_user, plan_container
from hookkit.local.volume.folders import volume_of
from hookkit.local.volume.handover import hand_over
from hookkit.local.volume.readable import with_readable_inputs
from hookkit.project import describe, find_project
from hookkit.reference import ImageReference
from hookkit.runtime.call import read_call

SOURCE = """
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook(version="1.0.0")
def pair(a: Annotated[Path, Output("A")], b: Annotated[Path, Output("B")]) -> None:
    pass
"""


def run_into(project: Path, a: Path, b: Path) -> LocalRun:
    """A call of a hook with two outputs."""
    found = find_project(write_project(project, SOURCE))
    spec = describe(found)
    return LocalRun(found, spec, read_call(spec, ["--a", str(a), "--b", str(b)], {}))


def written(volume: Path, *paths: str) -> None:
    for path in paths:
        file = volume / "output" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder of another file system."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_products_come_to_their_outputs_on_any_file_system(tmp_path: Path, elsewhere: Path) -> None:
    run = run_into(tmp_path / "p", tmp_path / "a", elsewhere / "b")
    with volume_of(run) as (volume, staged):
        written(volume, "a/x", "b/y", "b/deep/z")
        hand_over(run, volume, staged, done=True)

    assert (names(tmp_path / "a"), names(elsewhere / "b")) == (["x"], ["deep", "y"])


def test_where_one_output_can_not_be_had_none_is(tmp_path: Path, elsewhere: Path) -> None:
    run = run_into(tmp_path / "p", tmp_path / "a", elsewhere / "b")
    with volume_of(run) as (volume, staged):
        written(volume, "a/x", "b/y")
        os.mkfifo(volume / "output" / "b" / "pipe")
        with pytest.raises(OutputError, match=r"^--b: the products can't be handed over: .*pipe") as caught:
            hand_over(run, volume, staged, done=True)

    assert len(str(caught.value).splitlines()) == 1
    assert (names(tmp_path / "a"), names(elsewhere / "b")) == ([], [])


def test_an_output_in_another_one_has_its_products(tmp_path: Path) -> None:
    run = run_into(tmp_path / "p", tmp_path / "a", tmp_path / "a" / "b")
    with volume_of(run) as (volume, staged):
        written(volume, "a/x", "b/y")
        hand_over(run, volume, staged, done=True)

    assert names(tmp_path / "a") == ["b", "x"]
    assert names(tmp_path / "a" / "b") == ["y"]


def test_no_product_takes_the_place_of_another_output(tmp_path: Path) -> None:
    run = run_into(tmp_path / "p", tmp_path / "a", tmp_path / "a" / "b")
    with volume_of(run) as (volume, staged):
        written(volume, "a/b/x", "b/y")
        with pytest.raises(OutputError, match="--a: its product 'b' lies where --b is; give other folders"):
            hand_over(run, volume, staged, done=True)

    assert names(tmp_path / "a") == ["b"]
    assert names(tmp_path / "a" / "b") == []


# ---------------------------------------------------------------- inputs


def plan_of(project: Path, *mounts: Mount) -> ContainerPlan:
    run = run_into(project, project / "a", project / "b")
    return replace(plan_container(run, ImageReference("x")), mounts=mounts)


def test_an_input_that_all_may_read_is_no_copy(tmp_path: Path) -> None:
    scene = tmp_path / "scene"
    scene.mkdir(mode=0o755)
    (scene / "file").touch(mode=0o644)
    mounts = Mount(scene, "/in", read_only=True), Mount(tmp_path, "/out", read_only=False)

    plan = plan_of(tmp_path / "p", *mounts)

    assert with_readable_inputs(plan, tmp_path / "copies") == plan


@pytest.mark.skipif(os.getuid() != 0, reason="only root's container runs as somebody else")
def test_an_input_of_root_alone_becomes_a_copy_of_the_containers_user(tmp_path: Path) -> None:
    scene = tmp_path / "scene"
    (scene / "deep").mkdir(parents=True, mode=0o700)
    (scene / "deep" / "file").touch(mode=0)
    (scene / "link").symlink_to("/nowhere")
    (scene / ".hookkit-1-a").mkdir()
    os.mkfifo(scene / "pipe", 0o600)
    (tmp_path / "named").symlink_to(scene)

    plan = plan_of(tmp_path / "p", Mount(tmp_path / "named", "/in", read_only=True))
    [mount] = with_readable_inputs(plan, tmp_path / "copies").mounts

    assert mount.target == "/in"
    assert sorted(path.relative_to(mount.source).as_posix() for path in mount.source.rglob("*")) == [
        "deep",
        "deep/file",
        "link",
    ]
    assert {(path.lstat().st_uid, path.lstat().st_gid) for path in (mount.source, *mount.source.rglob("*"))} == {
        container_user()
    }
    assert (mount.source / "deep" / "file").stat().st_mode & 0o777 == 0o400
    assert (scene / "deep" / "file").stat().st_mode & 0o777 == 0

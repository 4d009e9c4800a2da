import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hookkit.errors import BuildError
from hookkit.image.docker.context import build_context
from hookkit.image.plan import ImagePlan, ImageRequest, LayerFile, plan_image
from hookkit.project import Project
from hookkit.spec import HookSpec

MakePlan = Callable[[Path], ImagePlan]


@pytest.fixture
def make_plan(make_project: Callable[..., Project], spec: HookSpec, image_request: ImageRequest) -> MakePlan:
    """A plan over a folder with a module and a program, written there now."""

    def make(folder: Path) -> ImagePlan:
        folder.mkdir(parents=True)
        (folder / "module.py").write_text("x = 1\n")
        (folder / "tool").write_text("#!/bin/sh\n")
        code = (LayerFile("p/module.py", folder / "module.py"), LayerFile("p/tool", folder / "tool", executable=True))
        return plan_image(make_project(), spec, image_request, code=code)

    return make


@pytest.fixture
def other_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def digest(plan: ImagePlan) -> str:
    with build_context(plan, "FROM x\n") as context:
        return hashlib.sha256(context.read()).hexdigest()


def members(plan: ImagePlan) -> dict[str, tarfile.TarInfo]:
    with build_context(plan, "FROM x\n") as context, tarfile.open(fileobj=context) as tar:
        return {member.name: member for member in tar}


def test_another_folder_gives_the_same_bytes(make_plan: MakePlan, tmp_path: Path) -> None:
    assert digest(make_plan(tmp_path / "here")) == digest(make_plan(tmp_path / "or" / "there"))


@pytest.mark.usefixtures("other_umask")
def test_neither_umask_nor_time_shape_the_context(make_plan: MakePlan, tmp_path: Path) -> None:
    found = members(make_plan(tmp_path / "here"))

    assert {member.mtime for member in found.values()} == {0}
    assert {(member.uid, member.gid, member.uname, member.gname) for member in found.values()} == {(0, 0, "", "")}
    assert found["code/p/module.py"].mode == 0o644
    assert found["code/p/tool"].mode == 0o755
    assert {member.mode for member in found.values() if member.isdir()} == {0o755}


def test_every_file_lies_in_the_folder_of_its_layer(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(tmp_path / "here")

    found = {name for name, member in members(plan).items() if member.isfile()}

    assert found == {"Dockerfile"} | {f"{layer.name}/{one.path}" for layer in plan.layers for one in layer.files}


def test_a_layer_without_files_is_an_empty_folder(make_plan: MakePlan, tmp_path: Path) -> None:
    found = members(make_plan(tmp_path / "here"))

    assert found["dependencies"].isdir()
    assert not [name for name in found if name.startswith("dependencies/")]


def test_every_folder_is_a_member_before_what_it_holds(make_plan: MakePlan, tmp_path: Path) -> None:
    names = list(members(make_plan(tmp_path / "here")))

    for name in names:
        parent = str(Path(name).parent)
        assert parent == "." or names.index(parent) < names.index(name)


def test_a_file_that_went_away_is_named(make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(tmp_path / "here")
    (tmp_path / "here" / "tool").unlink()

    with pytest.raises(BuildError, match=r"build context: can't be written: No such file or directory \(.*/tool\)"):
        digest(plan)

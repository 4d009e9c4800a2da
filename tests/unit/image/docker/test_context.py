import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hookkit.errors import BuildError
from hookkit.image.docker.context import build_context
from hookkit.image.layer import CODE, DEPENDENCIES, Layer, LayerFile, LayerLink

Layers = tuple[Layer, ...]
MakeLayers = Callable[[Path], Layers]


@pytest.fixture
def make_layers() -> MakeLayers:
    """Layers of a folder with a module and a program, written there now, and of what a dependency brings."""

    def make(folder: Path) -> Layers:
        folder.mkdir(parents=True)
        (folder / "module.py").write_text("x = 1\n")
        (folder / "tool").write_text("#!/bin/sh\n")
        code = (LayerFile("p/module.py", folder / "module.py"), LayerFile("p/tool", folder / "tool", executable=True))
        brought = (LayerFile("bin/run", b"#!"), LayerLink("lib/link", "../bin/run"))
        return (Layer("greeting 1.0", DEPENDENCIES, "/opt/hook", brought), Layer(CODE, CODE, "/opt/hook/code", code))

    return make


@pytest.fixture
def other_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def digest(layers: Layers) -> str:
    with build_context(layers, "FROM x\n") as context:
        return hashlib.sha256(context.read()).hexdigest()


def members(layers: Layers) -> dict[str, tarfile.TarInfo]:
    with build_context(layers, "FROM x\n") as context, tarfile.open(fileobj=context) as tar:
        return {member.name: member for member in tar}


def test_another_folder_gives_the_same_bytes(make_layers: MakeLayers, tmp_path: Path) -> None:
    assert digest(make_layers(tmp_path / "here")) == digest(make_layers(tmp_path / "or" / "there"))


@pytest.mark.usefixtures("other_umask")
def test_neither_umask_nor_time_shape_the_context(make_layers: MakeLayers, tmp_path: Path) -> None:
    found = members(make_layers(tmp_path / "here"))

    assert {member.mtime for member in found.values()} == {0}
    assert {(member.uid, member.gid, member.uname, member.gname) for member in found.values()} == {(0, 0, "", "")}
    assert found["code/p/module.py"].mode == 0o644
    assert found["code/p/tool"].mode == 0o755
    assert {member.mode for member in found.values() if member.isdir()} == {0o755}


def test_every_file_lies_in_the_folder_of_its_part(make_layers: MakeLayers, tmp_path: Path) -> None:
    found = members(make_layers(tmp_path / "here"))

    files = {name for name, member in found.items() if member.isfile()}
    assert files == {"Dockerfile", "dependencies/bin/run", "code/p/module.py", "code/p/tool"}
    assert found["dependencies/lib/link"].linkname == "../bin/run"


def test_a_part_without_files_is_an_empty_folder() -> None:
    found = members(())

    assert sorted(found) == ["Dockerfile", "code", "dependencies", "runtime"]
    assert found["dependencies"].isdir()


def test_every_folder_is_a_member_before_what_it_holds(make_layers: MakeLayers, tmp_path: Path) -> None:
    names = list(members(make_layers(tmp_path / "here")))

    for name in names:
        parent = str(Path(name).parent)
        assert parent == "." or names.index(parent) < names.index(name)


def test_a_file_that_went_away_is_named(make_layers: MakeLayers, tmp_path: Path) -> None:
    layers = make_layers(tmp_path / "here")
    (tmp_path / "here" / "tool").unlink()

    with pytest.raises(BuildError, match=r"/here/tool: can't be read: No such file or directory"):
        digest(layers)

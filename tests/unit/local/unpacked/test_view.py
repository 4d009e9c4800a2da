"""What an engine would make of an image and a plan: its command, its environment, where its mounts go."""

from pathlib import Path
from typing import Any

import pytest

from hookkit.errors import EngineError
from hookkit.image.oci.model import Image, json_bytes
from hookkit.local.containerplan import ContainerPlan, Mount
from hookkit.local.unpacked.bubblewrap import line_of
from hookkit.local.unpacked.view import View, program, view_of
from hookkit.reference import ImageReference


def image(**process: Any) -> Image:
    return Image(json_bytes({"architecture": "amd64", "os": "linux", "config": process}), ())


def plan(*mounts: Mount, network: bool = False) -> ContainerPlan:
    return ContainerPlan(
        image=ImageReference("x"),
        arguments=("--output", "/mnt/vol/output"),
        mounts=mounts,
        environment=(("HOOKKIT_LOG_FORMAT", "text"), ("LANG", "de"), ("TOKEN", None)),
        user="12345:54321",
        network=network,
        cpus=1,
        memory_bytes=1 << 30,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root file system whose links mean its own root."""
    root = tmp_path / "root"
    (root / "usr/bin").mkdir(parents=True)
    (root / "bin").symlink_to("/usr/bin")
    (root / "usr/bin/tool3").write_bytes(b"x")
    (root / "usr/bin/tool3").chmod(0o755)
    (root / "usr/bin/tool").symlink_to("/bin/tool3")
    (root / "usr/bin/text").write_bytes(b"x")
    (root / "around").symlink_to("/around")
    return root


def test_the_command_is_the_entrypoint_with_the_calls_arguments(root: Path) -> None:
    made = image(Entrypoint=["/bin/tool", "-m"], Cmd=["never"], Env=["LANG=C", "A=b=c"], WorkingDir="srv/app")
    view = view_of(plan(), made, root)

    assert view.command == ("/bin/tool", "-m", "--output", "/mnt/vol/output")
    assert view.environment["A"] == "b=c"
    assert view.environment["LANG"] == "de", "the plan's word counts"
    assert "TOKEN" not in view.environment
    assert view.environment["PATH"].startswith("/usr/local/sbin:")
    assert (view.folder, view.user) == ("/srv/app", (12345, 54321))


@pytest.mark.parametrize("name", ["/bin/tool", "tool", "bin/tool"])
def test_a_program_is_found_as_the_image_would_find_it(root: Path, name: str) -> None:
    path, file = program(view_of(plan(), image(Entrypoint=[name]), root))

    assert file == root / "usr/bin/tool3"
    assert path in {"/bin/tool", "/usr/bin/tool"}


@pytest.mark.parametrize(
    ("process", "words"),
    [
        ({}, "x: has no entrypoint"),
        ({"Entrypoint": ["/bin/sh"]}, "/bin/sh: is no program of the image"),
        ({"Entrypoint": ["text"]}, "text: is no program of the image"),
        ({"Entrypoint": ["/bin"]}, "/bin: is no program of the image"),
        ({"Entrypoint": ["/around/x"]}, "leads nowhere in the image"),
    ],
)
def test_an_image_without_a_program_is_refused_before_anything_runs(
    root: Path, process: dict[str, Any], words: str
) -> None:
    with pytest.raises(EngineError, match=words):
        view_of(plan(), image(**process), root)


def test_mounts_go_where_the_images_links_lead(root: Path) -> None:
    (root / "mnt").symlink_to("/media")
    view = view_of(plan(Mount(Path("/here"), "/mnt/vol", read_only=False)), image(Entrypoint=["tool"]), root)

    assert view.target(view.mounts[0]) == root / "media/vol"


def test_with_the_machines_network_come_its_names(root: Path) -> None:
    entry = image(Entrypoint=["tool"])
    targets = {mount.target for mount in view_of(plan(network=True), entry, root).mounts}

    assert targets == {path for path in ("/etc/hosts", "/etc/resolv.conf") if Path(path).is_file()}
    assert view_of(plan(), entry, root).mounts == ()


def view(root: Path, *mounts: Mount, network: bool = False) -> View:
    return view_of(plan(*mounts, network=network), image(Entrypoint=["tool"]), root)


def test_the_line_of_bubblewrap_gives_the_volume_alone_to_be_written(root: Path) -> None:
    volume, given = Mount(Path("/v"), "/mnt/vol", read_only=False), Mount(Path("/i"), "/mnt/vol/in", read_only=True)
    line = line_of(view(root, volume, given))
    text = " ".join(line)

    assert f"--ro-bind {root} /" in text
    assert text.index("--bind /v /mnt/vol") < text.index("--ro-bind /i /mnt/vol/in")
    assert "--tmpfs /mnt/vol" not in text
    assert "--share-net" not in line
    assert "--unshare-all" in line
    assert line[line.index("--") + 1 :] == ["tool", "--output", "/mnt/vol/output"]


def test_without_a_volume_it_is_memory_and_the_network_is_shared_where_it_is_declared(root: Path) -> None:
    line = line_of(view(root, Mount(Path("/o"), "/mnt/vol/output", read_only=False), network=True))
    text = " ".join(line)

    assert text.index("--tmpfs /mnt/vol") < text.index("--bind /o /mnt/vol/output")
    assert "--share-net" in line

"""An image that no engine has built: real registries and tools take it, and a real engine runs it."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound
from realparts import registry as container_registry
from realparts.desk import hookkit, own_desk, write_project
from realparts.layouts import digest_of_layout, python_layout, read_image
from realparts.once import turn
from realparts.wheels import write_wheel

from hookkit.contract import IMAGE_PYTHON
from hookkit.image.platform import Platform

__all__ = ["own_desk", "python_layout"]

pytestmark = pytest.mark.slow

HOOK = '''
from pathlib import Path
from typing import Annotated

from hookkit import HookError, Input, Option, Output, hook
{imports}

@hook(version="1.0.0", title="Shout")
def shout(
    input: Annotated[Path, Input("Folder that holds example.data")],
    output: Annotated[Path, Output("Folder for the product")],
    times: Annotated[int, Option("How often", ge=1)] = 1,
    fail: Annotated[bool, Option("Whether to fail")] = False,
) -> None:
    """Write the text in upper case."""
    if fail:
        raise HookError("as you wish", code=111)
    (output / "product").mkdir()
    (output / "product" / "result.data").write_text((input / "example.data").read_text().upper() * times)
{body}
'''
TEXT = "Hello, Earth\n"
NOBODY = "12345:12345"


def project_in(folder: Path, *, imports: str = "", body: str = "", settings: str = "") -> Path:
    write_project(folder, HOOK.format(imports=imports, body=body), f'hook = "my_hook"\n{settings}')
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_in(tmp_path / "project")


def built(project: Path, *arguments: str, **variables: str) -> dict[str, Any]:
    """The record of a build."""
    done = hookkit(project, "build", *arguments, "--json", **variables)
    assert done.returncode == 0, done.stderr
    record: dict[str, Any] = json.loads(done.stdout)
    return record


@pytest.fixture(scope="session")
def apt_base(shared_folder: Path) -> str:
    """The words for a base of this machine's packages; the first test that needs one assembles it for all."""
    if shutil.which("apt-get") is None:
        pytest.skip("no apt here: a base is assembled on a Debian or Ubuntu")
    with turn(shared_folder / "apt-base.lock"):
        folder = shared_folder / "apt-base"
        if not folder.exists():
            done = hookkit(
                project_in(folder),
                *("build", "--builder", "oci", "--base-image", "apt:"),
                XDG_CACHE_HOME=str(shared_folder / "cache"),
            )
            assert done.returncode == 0, done.stderr
    return "apt:"


# ---------------------------------------------------------------- running


class Ran(NamedTuple):
    """How a container ended, and what it left."""

    status: int
    products: Mapping[str, bytes]


Run = Callable[..., Ran]


def products_of(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, but for the traceback of a failure."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "error.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run an image as the platform would: nothing to write to but the volume, no network, some user."""

    def run_image(image: str, *arguments: str, name: str = "out") -> Ran:
        volume = tmp_path / "volume" / name
        (volume / "output").mkdir(parents=True)
        (volume / "output").chmod(0o777)
        (volume / "input").mkdir()
        (volume / "input/example.data").write_text(TEXT)
        isolated = ["--rm", "--read-only", "--network=none", f"--user={NOBODY}", f"--volume={volume}:/mnt/vol"]
        call = ["--input=/mnt/vol/input", "--output=/mnt/vol/output", *arguments]
        done = subprocess.run(["docker", "run", *isolated, image, *call], capture_output=True, text=True, check=False)
        return Ran(done.returncode, products_of(volume / "output"))

    return run_image


def python_in(image: str, program: str) -> str:
    """What a program prints that the image's Python runs."""
    command = ["docker", "run", "--rm", "--read-only", "--network=none", f"--user={NOBODY}"]
    done = subprocess.run(
        [*command, f"--entrypoint={IMAGE_PYTHON}", image, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


Pull = Callable[[str], str]


@pytest.fixture
def pull(engine: DockerClient) -> Iterator[Pull]:
    """Pull an image that is named by its digest; its ID. The engine forgets it at the end."""
    names: list[str] = []

    def pull_image(name: str) -> str:
        names.append(name)
        repository, _, digest = name.partition("@")
        return str(engine.images.pull(repository, tag=digest).id)

    yield pull_image
    for name in names:
        engine.images.remove(name, force=True)


COMPILED = """
import json, pathlib, hookkit.runtime, my_hook
print(*(pathlib.Path(one.__cached__).is_file() for one in (json, hookkit.runtime, my_hook)))
"""


def test_what_is_pulled_from_a_registry_does_what_the_process_run_does(
    project: Path, registry: str, run: Run, apt_base: str, pull: Pull
) -> None:
    record = built(project, "--builder=oci", f"--base-image={apt_base}", f"--output={registry}/me/shout")

    name = f"{registry}/me/shout@{record['digest']}"
    assert pull(name) == record["image_id"]
    process = hookkit(project, "run", "--input", "in", "--output", "out", "--times", "2")
    assert process.returncode == 0, process.stderr
    assert run(name, "--times=2") == (0, products_of(project / "out"))
    assert python_in(name, COMPILED) == "True True True\n"


LIBRARY = 'ctypes.CDLL("libgeos_c.so.1").GEOSversion'


def test_a_library_of_system_packages_is_there_for_the_hook(
    image_name: str, tmp_path: Path, run: Run, apt_base: str
) -> None:
    project = project_in(
        tmp_path / "project",
        imports="import ctypes",
        body=f"    {LIBRARY}.restype = ctypes.c_char_p\n    assert {LIBRARY}",
        settings='system-packages = ["libgeos-c1v5"]',
    )

    record = built(project, "--builder=oci", f"--base-image={apt_base}", f"--output=docker:{image_name}:1")

    assert run(f"{image_name}:1").status == 0
    assert "libgeos-c1v5" in (project / "dist/shout.sbom.cdx.json").read_text()
    assert record["builder"] == "oci"


def test_system_packages_are_there_with_the_engines_builder_too(
    image_name: str, tmp_path: Path, run: Run, apt_base: str
) -> None:
    project = project_in(
        tmp_path / "project",
        imports="import ctypes",
        body=f"    assert {LIBRARY}",
        settings='system-packages = ["libgeos-c1v5"]',
    )

    built(project, "--builder=docker", f"--base-image={apt_base}", f"--output=docker:{image_name}:1")

    assert run(f"{image_name}:1").status == 0


def test_an_assembled_base_may_be_of_another_architecture(tmp_path: Path, apt_base: str) -> None:
    [other] = {"amd64", "arm64"} - {Platform.of_this_machine().architecture}
    project = project_in(tmp_path / "project")

    record = built(project, "--builder=oci", f"--base-image={apt_base}", f"--platform=linux/{other}")

    assert record["platforms"] == [f"linux/{other}"]
    index = json.loads((project / "dist/image/index.json").read_bytes())
    assert [one["platform"]["architecture"] for one in index["manifests"]] == [other]


# ---------------------------------------------------------------- both builders

CALLS = {"works": (), "an option": ("--times=3",), "fails": ("--fail=true",), "wrong": ("--times=0",)}


def test_images_of_both_builders_behave_alike(
    engine: DockerClient, project: Path, base_image: str, image_name: str, run: Run
) -> None:
    for builder, base in (("docker", base_image), ("oci", f"docker:{base_image}")):
        built(project, f"--builder={builder}", f"--base-image={base}", f"--output=docker:{image_name}:{builder}")

    ran = {
        builder: {name: run(f"{image_name}:{builder}", *call, name=f"{builder}-{name}") for name, call in CALLS.items()}
        for builder in ("docker", "oci")
    }

    assert ran["docker"] == ran["oci"]
    assert [one.status for one in ran["oci"].values()] == [0, 0, 111, 2]
    docker, oci = (engine.images.get(f"{image_name}:{builder}").attrs["Config"] for builder in ("docker", "oci"))
    for part in ("User", "Entrypoint", "Cmd", "WorkingDir"):
        assert (docker[part] or None) == (oci[part] or None), part
    environments = [dict(one.split("=", 1) for one in config["Env"]) for config in (docker, oci)]
    assert environments[0] == environments[1]
    for label in ("io.hookkit.spec", "io.hookkit.version", "org.opencontainers.image.title"):
        assert docker["Labels"][label] == oci["Labels"][label]


@pytest.fixture
def places(tmp_path: Path, image_name: str, registry: str) -> list[str]:
    """A place of each kind: a folder, a file, an engine, a registry."""
    return [
        f"oci:{tmp_path}/layout",
        f"tar:{tmp_path}/image.tar",
        f"docker:{image_name}:1",
        f"{registry}/{image_name}:1",
    ]


@pytest.mark.usefixtures("image_tools")
@pytest.mark.parametrize("builder", ["docker", "oci"])
def test_an_image_goes_to_all_places_at_once(
    builder: str, engine: DockerClient, project: Path, base_image: str, places: list[str]
) -> None:
    base = base_image if builder == "docker" else f"docker:{base_image}"

    record = built(project, f"--builder={builder}", f"--base-image={base}", *(f"--output={one}" for one in places))

    layout, archive, loaded = (place.partition(":")[2] for place in places[:3])
    assert engine.images.get(loaded).id == record["image_id"]
    assert skopeo(f"oci:{layout}", "--raw")["config"]["digest"] == record["image_id"]
    assert skopeo(f"docker-archive:{archive}", "--config") == skopeo(f"docker://{places[3]}", "--config")
    assert record["image"] == f"{places[3]}@{record['digest']}"
    assert record["outputs"] == [*places[:3], record["image"]]
    with suppress(ImageNotFound):  # an engine that pushed it has it by this name
        engine.images.remove(places[3])


# ---------------------------------------------------------------- other tools, other bases


@pytest.fixture(scope="session")
def image_tools() -> None:
    """What others take images with: skopeo and umoci."""
    for program in ("skopeo", "umoci"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here: install Debian's package of that name")


def skopeo(place: str, *options: str) -> Any:
    command = ["skopeo", "inspect", *options, *(["--tls-verify=false"] if place.startswith("docker:") else []), place]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.usefixtures("image_tools")
def test_skopeo_and_umoci_take_the_layout(project: Path, python_layout: Path, tmp_path: Path) -> None:
    record = built(project, "--builder=oci", f"--base-image=oci:{python_layout}", "--tag=7")
    place = f"{project}/dist/image:7"

    told = skopeo(f"oci:{place}")
    subprocess.run(["umoci", "unpack", "--rootless", "--image", place, str(tmp_path / "bundle")], check=True)

    assert told["Digest"] == digest_of_layout(project / "dist/image")
    assert told["Labels"]["org.opencontainers.image.title"] == "Shout"
    assert skopeo(f"oci:{place}", "--config")["config"]["User"] == "10001:10001"
    assert len(told["Layers"]) == len(record["layers"])
    root = tmp_path / "bundle/rootfs"
    assert (root / "opt/hook/code/my_hook.py").read_bytes() == (project / "my_hook.py").read_bytes()
    python = (root / "opt/hook/bin/python").readlink()
    assert (root / python.relative_to("/")).is_file()


@pytest.fixture
def base_everywhere(engine: DockerClient, python_layout: Path, places: list[str]) -> list[str]:
    """The same base in each kind of place."""
    layout, archive, loaded, pushed = places
    name = loaded.removeprefix("docker:")
    shutil.copytree(python_layout, layout.removeprefix("oci:"))
    for target in (f"docker-archive:{archive.removeprefix('tar:')}:{name}", f"docker://{pushed}"):
        options = ["--dest-tls-verify=false"] if target.startswith("docker:") else []
        subprocess.run(["skopeo", "copy", "--quiet", *options, layout, target], check=True)
    with Path(archive.removeprefix("tar:")).open("rb") as file:
        engine.images.load(file)
    return places


@pytest.mark.usefixtures("image_tools")
def test_the_same_base_from_anywhere_gives_the_same_layers(
    project: Path, base_everywhere: list[str], tmp_path: Path
) -> None:
    diff_ids = set()
    for place in base_everywhere:
        built(project, "--builder=oci", f"--base-image={place}")
        image = read_image(project / "dist/image", tmp_path / "scratch")
        diff_ids.add(tuple(layer.diff_id for layer in image.layers))

    assert len(diff_ids) == 1


@pytest.mark.usefixtures("image_tools")
def test_an_index_of_several_platforms_arrives_in_a_registry(
    project: Path, python_layout: Path, registry: str, image_name: str
) -> None:
    both = ["--platform=linux/amd64", "--platform=linux/arm64"]

    record = built(
        project, "--builder=oci", f"--base-image=oci:{python_layout}", *both, f"--output={registry}/{image_name}"
    )

    raw = skopeo(f"docker://{registry}/{image_name}@{record['digest']}", "--raw")
    assert [one["platform"]["architecture"] for one in raw["manifests"]] == ["amd64", "arm64"]


# ---------------------------------------------------------------- nothing twice, nothing broken


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file below a folder, with what would change were it written again."""
    status = ((path, path.lstat()) for path in folder.rglob("*"))
    return {str(path): (one.st_ino, one.st_mtime_ns) for path, one in status}


def test_what_did_not_change_is_not_pushed_again(project: Path, python_layout: Path, tmp_path: Path) -> None:
    arguments = ["--builder=oci", f"--base-image=oci:{python_layout}"]
    with container_registry.serve(tmp_path / "registry") as address:
        first = built(project, *arguments, f"--output={address}/me/shout")
        before = snapshot(tmp_path / "registry/storage")
        second = built(project, *arguments, f"--output={address}/me/shout")

        assert second["image"] == first["image"]
        assert snapshot(tmp_path / "registry/storage") == before

        source = project / "my_hook.py"
        source.write_text(source.read_text().replace("upper()", "lower()"))
        third = built(project, *arguments, f"--output={address}/me/shout")

    assert third["digest"] != first["digest"]
    fresh = [path for path in snapshot(tmp_path / "registry/storage").keys() - before.keys() if path.endswith("data")]
    assert len(fresh) == 3  # layer, configuration, manifest


def test_a_damaged_cache_is_no_matter_to_a_load_into_the_engine(
    engine: DockerClient, project: Path, python_layout: Path, image_name: str, tmp_path: Path
) -> None:
    arguments = ["--builder=oci", f"--base-image=oci:{python_layout}", f"--output=docker:{image_name}:1"]
    cache = tmp_path / "cache"
    first = built(project, *arguments, XDG_CACHE_HOME=str(cache))
    engine.images.remove(f"{image_name}:1")
    for blob in (cache / "hookkit/blobs/sha256").iterdir():
        blob.write_bytes(bytes(blob.stat().st_size))

    second = built(project, *arguments, XDG_CACHE_HOME=str(cache))

    assert second["image_id"] == first["image_id"]
    assert engine.images.get(f"{image_name}:1").id == first["image_id"]


def test_a_registry_that_is_gone_is_a_line_and_the_record_stays(project: Path, python_layout: Path) -> None:
    built(project, "--builder=oci", f"--base-image=oci:{python_layout}")
    before = (project / "dist/build.json").read_bytes()

    done = hookkit(
        project, "build", "--builder=oci", f"--base-image=oci:{python_layout}", "--output=127.0.0.1:1/me/shout"
    )

    assert done.returncode == 125
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("127.0.0.1:1")
    assert (project / "dist/build.json").read_bytes() == before


def test_a_wheel_that_only_another_platform_has_is_named(
    project: Path, python_layout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    (tmp_path / "wheels").mkdir()
    write_wheel(tmp_path / "wheels", "native", tag="py3-none-manylinux_2_17_x86_64")
    text = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(text.replace("[tool", 'dependencies = ["native"]\n[tool', 1))

    done = hookkit(project, "build", "--builder=oci", f"--base-image=oci:{python_layout}", "--platform=linux/arm64")

    assert done.returncode == 1
    assert "native" in done.stderr
    assert "arm64" in done.stderr or "aarch64" in done.stderr

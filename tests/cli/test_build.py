"""`hookkit build` without an engine, as a user meets it: what is printed, what is written, what is refused."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from realparts.desk import HOOKKIT, SHOUT, hookkit, write_project
from realparts.layouts import PLATFORMS, digest_of_layout, files_of, python_layout, read_image
from realparts.wheels import only_wheels, write_wheel

__all__ = ["python_layout"]

Done = subprocess.CompletedProcess[str]
Build = Callable[..., Done]
#: Longer than two blocks of a tar, so that no coincidence finds it.
SECRET = "AKIA-not-for-images-" * 60


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may need one."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")


@pytest.fixture(autouse=True)
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that uv finds packages in."""
    return only_wheels(tmp_path, monkeypatch)


@pytest.fixture
def build(python_layout: Path) -> Build:
    """Run `hookkit build` in a folder, on the layout of this Python."""

    def run_build(folder: Path, *arguments: str, **variables: str) -> Done:
        return hookkit(folder, "build", "--base-image", f"oci:{python_layout}", *arguments, **variables)

    return run_build


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that nobody has written to."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def built(done: Done) -> dict[str, Any]:
    """The record that `--json` printed."""
    assert done.returncode == 0, done.stderr
    record: dict[str, Any] = json.loads(done.stdout)
    return record


def only_line(done: Done) -> str:
    """The one line that a failure is told in."""
    [line] = done.stderr.splitlines()
    return line


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Each file below a folder, with what would change were it written again."""
    status = ((path, path.lstat()) for path in folder.rglob("*"))
    return {str(path): (one.st_ino, one.st_mtime_ns, one.st_size) for path, one in status}


# ---------------------------------------------------------------- what is written


def test_where_no_engine_answers_a_layout_is_written_and_said(build: Build, project: Path, tmp_path: Path) -> None:
    done = build(project)

    assert done.returncode == 0, done.stderr
    record = json.loads((project / "dist/build.json").read_text())
    assert done.stdout.splitlines()[0].startswith(f"{record['image']}: ")
    first, *rest = (line.strip() for line in done.stdout.splitlines()[1:])
    assert first == "oci:dist/image"
    assert set(rest) == {
        f"dist/{name}"
        for name in (
            "build.json",
            "shout.sbom.cdx.json",
            "shout.schema.json",
            "shout.workflow.json",
            "shout.workflowtemplate.yaml",
        )
    }
    assert only_line(done).startswith(f"{record['image']}: is on this machine alone: a cluster can't pull it yet; ")
    assert record["builder"] == "oci"
    assert record["outputs"] == [f"oci:{project}/dist/image"]
    image = read_image(project / "dist/image", tmp_path / "scratch")
    assert image.config_descriptor.digest == record["image_id"]
    assert "opt/hook/code/my_hook.py" in files_of(image)
    assert image.config["config"]["Labels"]["of"] == "the base"


def test_the_record_has_sizes_of_layers_and_packages(build: Build, project: Path, wheels: Path) -> None:
    write_wheel(wheels, "greeting")
    depend(project, "greeting")

    record = built(build(project, "--json"))

    names = [name for name, _ in record["layers"]]
    assert names[0] == "base"
    assert names[-1] == "code"
    assert "greeting 1.0" in names
    assert sum(size for _, size in record["layers"]) == record["size_bytes"]
    assert [name for name, _ in record["packages"]] == ["greeting 1.0"]
    assert all(seconds >= 0 for seconds in record["durations_seconds"].values())


def depend(project: Path, *dependencies: str) -> None:
    text = f'[project]\nname = "my-hook"\ndependencies = {json.dumps(dependencies)}\n[tool.hookkit]\nhook = "my_hook"\n'
    (project / "pyproject.toml").write_text(text)


def test_what_did_not_change_keeps_its_name_and_is_not_written_again(build: Build, project: Path) -> None:
    first = built(build(project, "--json"))
    before = snapshot(project / "dist/image")

    second = built(build(project, "--json"))

    assert second["image"] == first["image"]
    assert snapshot(project / "dist/image") == before


def test_a_change_of_the_code_changes_the_tag_and_one_layer(build: Build, project: Path) -> None:
    first = built(build(project, "--json"))
    blobs = set((project / "dist/image/blobs/sha256").iterdir())
    (project / "my_hook.py").write_text(SHOUT.replace('"!"', '"?"'))

    second = built(build(project, "--json"))

    assert second["image"] != first["image"]
    assert second["image"].startswith("shout:1.2.3-")
    fresh = set((project / "dist/image/blobs/sha256").iterdir()) - blobs
    assert len(fresh) == 3  # layer, configuration, manifest


def test_a_tag_may_be_chosen(build: Build, project: Path) -> None:
    record = built(build(project, "--tag", "mine-1", "--json"))

    assert record["image"] == "shout:mine-1"
    index = json.loads((project / "dist/image/index.json").read_bytes())
    assert [one["annotations"]["org.opencontainers.image.ref.name"] for one in index["manifests"]] == ["mine-1"]


def test_another_folder_umask_and_cache_give_the_same_digest(
    build: Build, tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(wheels, "greeting")
    records = []
    for name, umask in (("here", 0o022), ("else/where", 0o077)):
        project = write_project(tmp_path / name, SHOUT)
        depend(project, "greeting")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache of {umask}"))
        before = os.umask(umask)
        try:
            records.append(built(build(project, "--json")))
        finally:
            os.umask(before)

    first, second = (digest_of_layout(tmp_path / name / "dist/image") for name in ("here", "else/where"))
    assert first == second
    assert records[0]["image"] == records[1]["image"]


def test_secrets_and_paths_of_this_machine_are_in_no_layer(build: Build, project: Path, tmp_path: Path) -> None:
    for name in (".env", "key.pem", "credentials.json", ".netrc"):
        (project / name).write_text(SECRET)
    (project / "innocent.txt").symlink_to(".env")

    done = build(project)

    assert done.returncode == 0
    image = read_image(project / "dist/image", tmp_path / "scratch")
    files = files_of(image)
    own = {name: content for name, content in files.items() if name.startswith("opt/")}
    assert "opt/hook/code/my_hook.py" in own
    assert not [name for name, content in own.items() if SECRET.encode() in content or bytes(tmp_path) in content]
    assert bytes(tmp_path) not in image.config_bytes.replace(b"oci:" + bytes(tmp_path.parent), b"")
    assert {line.partition(":")[0] for line in done.stderr.splitlines()} >= {".env", "key.pem", "innocent.txt"}


# ---------------------------------------------------------------- bytecode


def test_modules_are_compiled_where_nobody_can_write_what_python_compiles(
    build: Build, project: Path, tmp_path: Path
) -> None:
    assert build(project).returncode == 0

    compiled = [name for name in files_of(read_image(project / "dist/image", tmp_path / "scratch")) if ".pyc" in name]
    for module in ("hookkit/runtime/__pycache__/call.", "code/__pycache__/my_hook.", "json/__pycache__/__init__."):
        assert [name for name in compiled if module in name], module


def test_bytecode_may_be_left_out(build: Build, project: Path, tmp_path: Path) -> None:
    assert build(project, "--no-bytecode").returncode == 0

    assert not [name for name in files_of(read_image(project / "dist/image", tmp_path / "scratch")) if ".pyc" in name]


# ---------------------------------------------------------------- the plan, and the lock


def test_a_dry_run_prints_the_plan_and_writes_nothing_but_the_lock(build: Build, project: Path, wheels: Path) -> None:
    write_wheel(wheels, "greeting")
    depend(project, "greeting")
    before = {path.name for path in project.iterdir()}

    done = build(project, "--dry-run")

    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in project.iterdir()} - before - {"__pycache__"} == {"hookkit.lock"}
    told = dict(line.split(None, 1) for line in done.stdout.splitlines() if line[:1].strip() and len(line.split()) > 1)
    assert told["builder"] == "oci"
    assert told["dependencies"] == "greeting==1.0"
    assert told["user"] == "10001:10001"


def test_a_dry_run_gives_the_plan_as_json_and_the_build_follows_it(build: Build, project: Path) -> None:
    done = build(project, "--dry-run", "--json")

    plan = json.loads(done.stdout)
    assert plan["code"] == ["my_hook.py"]
    assert plan["command"][-1] == "my_hook:shout"
    assert built(build(project, "--json"))["image"] == plan["image"]


def test_a_lock_that_lacks_something_is_refused_and_not_completed(build: Build, project: Path, wheels: Path) -> None:
    write_wheel(wheels, "greeting")
    depend(project, "greeting")

    refused = build(project, "--locked")

    lock = project / "hookkit.lock"
    assert refused.returncode == 1
    assert only_line(refused) == f"{lock}: does not hold all that the image is made of; run `hookkit lock`"
    assert not lock.exists()
    assert hookkit(project, "lock").returncode == 0
    assert build(project, "--locked").returncode == 0


# ---------------------------------------------------------------- the bill of materials


def test_the_bill_of_materials_is_valid_and_the_same_for_the_same_image(
    build: Build, project: Path, wheels: Path
) -> None:
    write_wheel(wheels, "greeting", metadata="License-Expression: MIT\n")
    depend(project, "greeting")
    texts = []
    for cache in ("--json", "--no-cache"):
        assert build(project, cache).returncode == 0
        texts.append((project / "dist/shout.sbom.cdx.json").read_text())

    assert texts[0] == texts[1]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(texts[0]) is None
    [component] = json.loads(texts[0])["components"]
    assert component["purl"] == "pkg:pypi/greeting@1.0"
    assert component["licenses"] == [{"license": {"id": "MIT"}}]
    assert len(component["hashes"]) == 1


# ---------------------------------------------------------------- several platforms, several places


def test_several_platforms_are_one_index(build: Build, project: Path, wheels: Path, tmp_path: Path) -> None:
    write_wheel(wheels, "greeting")
    depend(project, "greeting")

    together, first = ",".join(map(str, PLATFORMS)), PLATFORMS[0]
    record = built(build(project, "--platform", together, "--platform", str(first), "--json"))

    assert record["platforms"] == ["linux/amd64", "linux/arm64"]
    images = [read_image(project / "dist/image", tmp_path / "scratch", one) for one in PLATFORMS]
    assert [image.platform for image in images] == list(PLATFORMS)
    for image in images:
        assert any(name.endswith("site-packages/greeting/__init__.py") for name in files_of(image))


def test_the_image_goes_to_several_places_at_once(build: Build, project: Path, tmp_path: Path) -> None:
    done = build(project, "--output", f"oci:{tmp_path}/layout", "--output", f"tar:{tmp_path}/image.tar", "--json")

    record = built(done)
    assert record["outputs"] == [f"oci:{tmp_path}/layout", f"tar:{tmp_path}/image.tar"]
    again = built(hookkit(project, "build", "--base-image", f"tar:{tmp_path}/image.tar", "--dry-run", "--json"))
    assert again["base"].startswith(f"tar:{tmp_path}/image.tar@sha256:")
    assert not (project / "dist/image").exists()


# ---------------------------------------------------------------- what can go wrong


def test_builds_at_once_come_to_the_same_whole_image(
    python_layout: Path, project: Path, own_cache: Path, tmp_path: Path
) -> None:
    command = [*HOOKKIT, "build", "--base-image", f"oci:{python_layout}"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(own_cache)}

    builds = [
        subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [one.communicate() for one in builds]

    assert [one.returncode for one in builds] == [0, 0, 0], said
    assert files_of(read_image(project / "dist/image", tmp_path / "scratch"))
    assert not list((own_cache / "hookkit/unfinished").iterdir())


#: What is there when a build has come so far.
MOMENTS = ("cache/hookkit/unfinished/*", "cache/hookkit/facts/layers/*", "project/dist/image/blobs/sha256/*")


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("moment", MOMENTS, ids=["begun", "packing", "writing"])
def test_a_build_that_was_killed_is_made_whole_by_the_next(
    build: Build, python_layout: Path, project: Path, tmp_path: Path, moment: str
) -> None:
    command = [*HOOKKIT, "build", "--base-image", f"oci:{python_layout}"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        while killed.poll() is None and not list(tmp_path.glob(moment)):
            pass
        killed.kill()

    assert build(project).returncode == 0

    assert "opt/hook/code/my_hook.py" in files_of(read_image(project / "dist/image", tmp_path / "scratch"))


def test_damaged_blobs_of_the_cache_are_made_anew_by_the_same_build(
    build: Build, project: Path, own_cache: Path, tmp_path: Path
) -> None:
    first = built(build(project, "--json"))
    for blob in (own_cache / "hookkit/blobs/sha256").iterdir():
        blob.write_bytes(bytes(blob.stat().st_size))
    shutil.rmtree(project / "dist")

    second = built(build(project, "--json"))

    assert second["image_id"] == first["image_id"]
    assert "opt/hook/code/my_hook.py" in files_of(read_image(project / "dist/image", tmp_path / "scratch"))


def limited(python_layout: Path, project: Path, *arguments: str) -> Done:
    """A build none of whose files may be larger than a megabyte, which is what a full disk looks like."""
    command = [*HOOKKIT, "build", "--base-image", f"oci:{python_layout}", *arguments]
    limited = ["bash", "-c", 'ulimit -f 1024; exec "$@"', "-", *command]
    return subprocess.run(limited, cwd=project, capture_output=True, text=True, timeout=120, check=False)


def test_a_disk_that_is_full_is_a_line_and_nothing_is_half_written(
    python_layout: Path, project: Path, own_cache: Path
) -> None:
    done = limited(python_layout, project)

    assert done.returncode == 125
    assert only_line(done).startswith(f"{own_cache}/hookkit: the cache can't be written: File too large; ")
    assert not (project / "dist/image").exists()
    assert not list((own_cache / "hookkit/unfinished").iterdir())


def test_a_cache_that_can_not_be_made_is_a_line_that_says_how_to_have_another(build: Build, project: Path) -> None:
    done = build(project, XDG_CACHE_HOME="/proc/nowhere")

    assert done.returncode == 125
    assert only_line(done).startswith("/proc/nowhere/hookkit: the cache can't be written: ")
    assert "set XDG_CACHE_HOME" in only_line(done)


@pytest.mark.parametrize("place", ["oci:{}/layout", "tar:{}/image.tar"])
def test_a_place_that_is_full_is_a_line_and_what_was_there_stands(
    build: Build, python_layout: Path, project: Path, tmp_path: Path, place: str
) -> None:
    target = place.format(tmp_path / "target")
    assert build(project).returncode == 0
    (tmp_path / "target").mkdir()
    (tmp_path / "target/image.tar").write_text("earlier")

    done = limited(python_layout, project, "--output", target)

    assert done.returncode == 1
    assert "can't be written: File too large; " in only_line(done)
    assert not list(tmp_path.glob("target/**/.new-*"))
    assert (tmp_path / "target/image.tar").read_text() == "earlier"


def test_a_library_that_nobody_brings_is_named_with_who_needs_it(build: Build, project: Path, wheels: Path) -> None:
    import _ctypes

    lonely = Path(_ctypes.__file__).read_bytes().replace(b"libc.so.6\0", b"libx.so.9\0")
    write_wheel(wheels, "lonely", tag="py3-none-manylinux_2_17_x86_64", files={"lonely/_native.so": lonely})
    depend(project, "lonely")

    done = build(project)

    assert done.returncode == 1
    assert "lonely 1.0" in only_line(done)
    assert "libx.so.9" in only_line(done)
    assert not (project / "dist/image").exists()


def test_a_base_that_is_no_image_is_a_line(project: Path, tmp_path: Path) -> None:
    (tmp_path / "not.tar").write_text("hello")

    for base in (f"oci:{tmp_path}", f"tar:{tmp_path}/not.tar", f"tar:{tmp_path}/missing.tar"):
        done = hookkit(project, "build", "--base-image", base)
        assert done.returncode == 1, done.stderr
        assert only_line(done).startswith(base.partition(":")[2])


def test_a_dockerfile_is_written_without_an_engine_or_a_registry(project: Path) -> None:
    done = hookkit(project, "build", "--eject")

    assert (done.returncode, done.stdout, done.stderr) == (0, "Dockerfile\n", "")
    assert "FROM python:3." in (project / "Dockerfile").read_text()
    assert not (project / "hookkit.lock").exists()


def test_what_contradicts_itself_is_told_at_once(build: Build, project: Path) -> None:
    (project / "Dockerfile").write_text("FROM x\n")

    done = build(project, "--builder", "oci")

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "is the project's own, and only an engine can follow it" in done.stderr
    assert "--base-image: has no say where the project owns its Dockerfile" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    {
        ("--platform", "linux/mips"): "--platform: 'linux/mips' is no platform of hooks; write linux/amd64 or",
        ("--tag", "a b"): "--tag: 'a b' is no tag of an image; write letters, digits, ",
        ("--tag", ""): "--tag: '' is no tag of an image; ",
        ("--tag", f"1.0@sha256:{'0' * 64}"): "--tag: '1.0@sha256:0",
        ("--output", "oci:"): "--output: 'oci:' is no place of an image; write oci:DIR",
        ("--output", "apt:"): "--output: 'apt:' is where bases come from; no image goes there; write oci:DIR, ",
        ("--output", "image.tar"): "--output: 'image.tar' names no registry; write oci:DIR, tar:FILE, ",
        ("--base-image", "UPPER"): "--base-image: 'UPPER' is not an image's name",
        ("--base-image", ""): "--base-image: '' is not an image's name",
        ("--builder", "docker"): "unix:///nowhere: there is no Docker engine; ",
    }.items(),
)
def test_a_wrong_word_is_told_with_the_flag_it_stands_at(project: Path, arguments: tuple[str, ...], words: str) -> None:
    done = hookkit(project, "build", *arguments)

    assert done.returncode in {2, 125}
    assert only_line(done).startswith(words)

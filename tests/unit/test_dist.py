"""What lies in dist/ is there whole, or as it was before."""

import json
from pathlib import Path

import pytest

from hookkit.dist import BuildRecord, check_dist, read_record, write_record, write_texts
from hookkit.errors import HookkitError, ProjectError
from hookkit.project import Project, bare_project

RECORD = BuildRecord(
    image="registry.example.org/hook:1.0",
    digest=f"sha256:{'0' * 64}",
    image_id=f"sha256:{'1' * 64}",
    base_image="python:3.12-slim",
    size_bytes=123,
    builder="oci",
    platforms=("linux/amd64", "linux/arm64"),
    outputs=("registry.example.org/hook:1.0", "oci:dist/image"),
    layers=(("base", 100), ("code", 23)),
    packages=(("numpy 2.1.0", 99),),
    durations_seconds={"build": 1.5},
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return bare_project(tmp_path)


def test_texts_are_written_as_they_are(tmp_path: Path) -> None:
    files = write_texts(tmp_path / "dist", {"a.yaml": "ä\n", "b.json": "{}\n"})

    assert files == [tmp_path / "dist/a.yaml", tmp_path / "dist/b.json"]
    assert (tmp_path / "dist/a.yaml").read_bytes() == "ä\n".encode()


def test_a_text_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    write_texts(tmp_path, {"a": "old"})

    with pytest.raises(UnicodeEncodeError):
        write_texts(tmp_path, {"a": "new \ud800"})

    assert (tmp_path / "a").read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_can_not_be_written_is_a_line_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    with pytest.raises(HookkitError) as caught:
        write_texts(tmp_path, {"a": "new"})

    assert str(caught.value) == (f"{tmp_path}: can't be written: Is a directory; mend its permissions, or the disk")
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_a_project_that_nobody_may_write_to_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    # Not a matter of permissions, which root has all of: nobody writes into the system's own tables.
    with pytest.raises(HookkitError, match=r"^/proc/self/dist: can't be written: you may not write there; mend its pe"):
        check_dist(bare_project(Path("/proc/self")))

    check_dist(bare_project(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_record_comes_back_as_it_was_written(project: Project) -> None:
    assert read_record(project) is None

    file = write_record(project, RECORD)

    assert file == project.dist / "build.json"
    assert read_record(project) == RECORD


def test_the_record_has_these_keys(project: Project) -> None:
    data = json.loads(write_record(project, RECORD).read_text())

    told = ["image", "digest", "image_id", "base_image", "size_bytes", "builder", "platforms", "outputs"]
    assert list(data) == [*told, "layers", "packages", "durations_seconds", "code"]


def test_a_record_of_an_earlier_hookkit_is_read(project: Project) -> None:
    early = ("image", "digest", "image_id", "base_image", "size_bytes", "durations_seconds")
    project.dist.mkdir()
    (project.dist / "build.json").write_text(json.dumps({name: getattr(RECORD, name) for name in early}))

    record = read_record(project)

    assert record is not None
    assert (record.reference, record.builder, record.outputs) == (RECORD.reference, "docker", ())


WRONG = {
    "no JSON": "{",
    "no UTF-8": b"\xff",
    "no object": "[1]",
    "nothing": "",
    "another object": '{"x": 1}',
    "no image's name": json.dumps(vars(RECORD) | {"image": "UPPER"}),
    "an image that is no text": json.dumps(vars(RECORD) | {"image": 5}),
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_a_file_that_is_no_record_is_named_with_the_way_out(project: Project, content: str | bytes) -> None:
    project.dist.mkdir()
    (project.dist / "build.json").write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(ProjectError, match="is no record of a build") as caught:
        read_record(project)
    (line,) = str(caught.value).splitlines()
    assert line.endswith("run `hookkit build`")

"""A file that could not be written to its end is the one that was there before, and nothing lies beside it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookkit.whole import whole_file, write_whole


@pytest.fixture(params=[0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def write_half(path: Path) -> None:
    with whole_file(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt


def test_what_was_there_stands_until_all_of_the_new_one_is(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    with whole_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_interrupted_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    with pytest.raises(KeyboardInterrupt):
        write_half(path)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_who_write_the_same_file_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "file"

    with whole_file(path) as one, whole_file(path) as other:
        one.write(b"one")
        other.write(b"other")

    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_for_whom_the_umask_says(tmp_path: Path, umask: int) -> None:
    write_whole(tmp_path / "file", b"new")

    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o666 & ~umask


def test_a_file_that_holds_the_same_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"same")
    before = path.stat()

    write_whole(path, b"same")
    assert path.stat() == before

    write_whole(path, b"else")
    assert path.read_bytes() == b"else"


def test_a_name_of_all_the_bytes_that_a_name_may_have_can_be_written(tmp_path: Path) -> None:
    write_whole(tmp_path / ("x" * 255), b"new")

    assert [len(path.name) for path in tmp_path.iterdir()] == [255]

"""A report says of each output what lies there: path, size, digest; links are never followed, and nothing raises."""

import hashlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from realparts.hookprocess import AS_PLAIN_USER

from hookkit.contract import STAGING_PREFIX
from hookkit.local.outputs.measuring import LARGE, measure_outputs
from hookkit.report import OutputFile

#: Prints what is measured, for a process that is refused something.
MEASURE = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from hookkit.local.outputs.measuring import measure_outputs
print(json.dumps([asdict(file) for file in measure_outputs({"o": Path(sys.argv[1])})["o"]]))
"""
NAMES = st.sampled_from(
    ["a", "a.txt", "a-b", "b", "B", "\N{CIRCUMFLEX ACCENT}", "two\nlines", "\udcff", f"{STAGING_PREFIX}1"]
)
CONTENTS = st.one_of(st.binary(max_size=20), st.sampled_from(["link", "folder-link"]))
TREES = st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map(tuple), CONTENTS, max_size=12)


def measured(folder: Path) -> tuple[OutputFile, ...]:
    return measure_outputs({"output": folder})["output"]


def paths(folder: Path) -> list[str]:
    return [file.path for file in measured(folder)]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_files_are_measured_at_every_depth_sorted_by_path(tmp_path: Path) -> None:
    for name, content in {"b/c/d": b"123", "a": b"", "b/a": b"12"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)

    assert measured(tmp_path) == (
        OutputFile("a", 0, digest(b"")),
        OutputFile("b/a", 2, digest(b"12")),
        OutputFile("b/c/d", 3, digest(b"123")),
    )


def test_a_folder_comes_before_files_whose_names_go_on(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/b", "a.txt", "a-b"):
        (tmp_path / name).touch()

    assert paths(tmp_path) == ["a/b", "a-b", "a.txt"]


def test_an_output_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert measure_outputs({"output": tmp_path / "nowhere", "other": tmp_path / "file"}) == {"output": (), "other": ()}


@given(tree=TREES)
def test_whatever_lies_there_is_measured_as_one_would_by_hand(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[tuple[str, ...], bytes | str]
) -> None:
    folder = tmp_path_factory.mktemp("output")
    for parts, content in tree.items():
        _lay(folder.joinpath(*parts), content)

    assert measured(folder) == tuple(_by_hand(folder))


def _lay(place: Path, content: bytes | str) -> None:
    """Lay something there, unless a file is in the way."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            place.write_bytes(content)
        else:
            place.symlink_to("." if content == "folder-link" else "nowhere")
    except OSError:
        return


def _by_hand(folder: Path) -> Iterator[OutputFile]:
    """The same by other means, a path at a time."""
    for place in sorted(folder.rglob("*")):
        above = [place, *place.parents][: len(place.relative_to(folder).parts)]
        if any(one.name.startswith(STAGING_PREFIX) and one.is_dir() for one in above):
            continue
        if place.is_symlink() or place.is_file():
            content = b"" if place.is_symlink() else place.read_bytes()
            name = place.relative_to(folder).as_posix()
            yield OutputFile(name, place.lstat().st_size, "" if place.is_symlink() else digest(content))


def test_links_are_listed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret").write_text("secret")
    output = tmp_path / "output"
    output.mkdir()
    (output / "file").symlink_to("../elsewhere/secret")
    (output / "folder").symlink_to("../elsewhere")
    (output / "round").symlink_to(".")
    (output / "nowhere").symlink_to("nothing")

    assert [(file.path, file.sha256) for file in measured(output)] == [
        (name, "") for name in ("file", "folder", "nowhere", "round")
    ]


def test_what_is_no_file_is_listed_and_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # reading it would never end
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))

        assert measured(tmp_path) == (OutputFile("pipe", 0, ""), OutputFile("socket", 0, ""))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_not_read(tmp_path: Path) -> None:
    os.mknod(tmp_path / "zero", 0o020666, os.makedev(1, 5))  # reading it would never end, either

    assert measured(tmp_path) == (OutputFile("zero", 0, ""),)


def test_the_runtimes_own_folders_are_no_output(tmp_path: Path) -> None:
    (tmp_path / ".hookkit-1-abc" / "products").mkdir(parents=True)
    (tmp_path / ".hookkit-1-abc" / "products" / "half").touch()
    (tmp_path / "below" / ".hookkit-2-abc").mkdir(parents=True)
    (tmp_path / "below" / ".hookkit-2-abc" / "half").touch()
    (tmp_path / ".hidden").touch()

    assert paths(tmp_path) == [".hidden"]


def test_names_of_any_bytes_survive_json(tmp_path: Path) -> None:
    names = {b"two\nlines", b"not-utf8-\xff\xfe", "grün".encode()}
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()

    through = json.loads(json.dumps([file.path for file in measured(tmp_path)]))

    assert {os.fsencode(path) for path in through} == names


# ---------------------------------------------------------------- what changes meanwhile, and what can't be read


def test_an_unreadable_file_has_no_digest_and_an_unreadable_folder_no_files(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed/file").touch()
    (tmp_path / "open").write_bytes(b"12")
    (tmp_path / "secret").write_bytes(b"123")
    (tmp_path / "huge").write_bytes(bytes(LARGE + 1))
    for name in ("closed", "secret", "huge"):
        (tmp_path / name).chmod(0)

    command = [*AS_PLAIN_USER, sys.executable, "-c", MEASURE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [
        {"path": "huge", "size": LARGE + 1, "sha256": ""},
        {"path": "open", "size": 2, "sha256": digest(b"12")},
        {"path": "secret", "size": 3, "sha256": ""},
    ]


def test_files_that_come_and_go_meanwhile_do_not_stop_it(tmp_path: Path) -> None:
    steady = {f"steady-{number}": b"x" * number for number in range(50)}
    for name, content in steady.items():
        (tmp_path / name).write_bytes(content)
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            for number in range(20):
                place = tmp_path / f"fleeting-{number}"
                place.write_bytes(b"x")
                place.unlink()
                place.mkdir()
                place.rmdir()
                place.symlink_to("/dev/zero")
                place.unlink()

    restless = threading.Thread(target=come_and_go)
    restless.start()
    try:
        rounds = [measured(tmp_path) for _ in range(100)]
    finally:
        over.set()
        restless.join()
    for found in rounds:
        kept = {file.path: file.sha256 for file in found if file.path in steady}
        assert kept == {name: digest(content) for name, content in steady.items()}


# ---------------------------------------------------------------- large files


def test_large_files_are_measured_in_pieces_holes_and_all(tmp_path: Path) -> None:
    whole, sparse, hollow = (tmp_path / name for name in ("whole", "sparse", "hollow"))
    whole.write_bytes(os.urandom(3 * LARGE + 7))
    with sparse.open("wb") as file:
        for place in (0, 5 * LARGE + 4096, 9 * LARGE):
            file.seek(place)
            file.write(b"data")
        file.truncate(12 * LARGE + 1)
    with hollow.open("wb") as file:
        file.truncate(2 * LARGE)

    assert measured(tmp_path) == tuple(
        OutputFile(place.name, place.stat().st_size, digest(place.read_bytes())) for place in (hollow, sparse, whole)
    )


def test_whoever_watches_hears_of_every_byte_of_large_files(tmp_path: Path) -> None:
    for name, size in {"a": 2 * LARGE + 1, "b": 3 * LARGE, "small": 10}.items():
        (tmp_path / name).write_bytes(bytes(size))
    heard: list[tuple[int, int]] = []

    measure_outputs({"output": tmp_path}, lambda done, total: heard.append((done, total)))

    assert {total for _, total in heard} == {5 * LARGE + 1}
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] == 5 * LARGE + 1


def test_a_file_that_becomes_shorter_meanwhile_has_no_digest(tmp_path: Path) -> None:
    place = tmp_path / "large"
    place.write_bytes(bytes(8 * LARGE))

    found = measure_outputs({"output": tmp_path}, lambda _done, _total: os.truncate(place, LARGE))

    assert found == {"output": (OutputFile("large", 8 * LARGE, ""),)}


def test_nobody_waits_for_a_measurement_that_was_given_up(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(2**43)  # eight terabytes of nothing, which would take an hour
    interrupted = threading.Event()

    def interrupt(_done: int, _total: int) -> None:
        if not interrupted.is_set():
            interrupted.set()
            os.kill(os.getpid(), signal.SIGINT)  # as Ctrl-C does, whatever thread we are in

    with pytest.raises(KeyboardInterrupt):
        measure_outputs({"output": tmp_path}, interrupt)


@pytest.mark.slow
def test_five_gigabytes_are_measured_in_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(5 * 2**30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    [found] = measured(tmp_path)

    assert (found.size, found.sha256) == (5 * 2**30, "7f06c62352aebd8125b2a1841e2b9e1ffcbed602f381c3dcb3200200e383d1d5")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024

"""A report says of each output what lies there: path, size, digest; links are never followed."""

import hashlib
import os
from pathlib import Path

import pytest

from hookkit.local.outputs import measure_outputs
from hookkit.report import OutputFile, RunReport


def report(exit_code: int = 0, **outputs: tuple[OutputFile, ...]) -> RunReport:
    return RunReport(
        hook="h",
        engine="process",
        exit_code=exit_code,
        duration_seconds=1.5,
        peak_memory_bytes=None,
        message="",
        results={"count": 3},
        outputs=outputs,
        log=("a", "b"),
    )


def test_the_json_has_these_keys_in_this_order() -> None:
    file = OutputFile("a/b", 3, "00")

    assert report(output=(file,)).to_json() == {
        "hook": "h",
        "status": "done",
        "engine": "process",
        "exit_code": 0,
        "duration_seconds": 1.5,
        "peak_memory_bytes": None,
        "message": "",
        "results": {"count": 3},
        "outputs": {"output": [{"path": "a/b", "size": 3, "sha256": "00"}]},
        "log": ("a", "b"),
        "enforcement": [],
        "violations": [],
    }
    assert list(report().to_json()) == [
        "hook",
        "status",
        "engine",
        "exit_code",
        "duration_seconds",
        "peak_memory_bytes",
        "message",
        "results",
        "outputs",
        "log",
        "enforcement",
        "violations",
    ]


@pytest.mark.parametrize(
    ("exit_code", "status"),
    [
        (0, "done"),
        (1, "failed"),
        (2, "wrong input"),
        (75, "try again"),
        (100, "failed"),
        (130, "interrupted"),
        (137, "killed"),
        (143, "stopped"),
    ],
)
def test_the_status_is_the_exit_code_in_a_word(exit_code: int, status: str) -> None:
    assert report(exit_code).status == status


def test_files_are_measured_at_every_depth_sorted_by_path(tmp_path: Path) -> None:
    for name, content in {"b/c/d": b"123", "a": b"", "b/a": b"12"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)

    measured = measure_outputs({"output": tmp_path})

    assert measured == {
        "output": (
            OutputFile("a", 0, hashlib.sha256(b"").hexdigest()),
            OutputFile("b/a", 2, hashlib.sha256(b"12").hexdigest()),
            OutputFile("b/c/d", 3, hashlib.sha256(b"123").hexdigest()),
        )
    }


def test_an_output_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert measure_outputs({"output": tmp_path / "nowhere"}) == {"output": ()}


def test_links_are_listed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret").write_text("secret")
    output = tmp_path / "output"
    output.mkdir()
    (output / "file").symlink_to("../elsewhere/secret")
    (output / "folder").symlink_to("../elsewhere")
    (output / "round").symlink_to(".")
    (output / "nowhere").symlink_to("nothing")

    files = measure_outputs({"output": output})["output"]

    assert [(file.path, file.sha256) for file in files] == [
        (name, "") for name in ("file", "folder", "nowhere", "round")
    ]


def test_what_is_no_file_is_listed_and_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # reading it would never end

    assert measure_outputs({"output": tmp_path})["output"] == (OutputFile("pipe", 0, ""),)


def test_the_runtimes_own_folders_are_no_output(tmp_path: Path) -> None:
    (tmp_path / ".hookkit-1-abc" / "products").mkdir(parents=True)
    (tmp_path / ".hookkit-1-abc" / "products" / "half").touch()
    (tmp_path / ".hidden").touch()

    assert [file.path for file in measure_outputs({"output": tmp_path})["output"]] == [".hidden"]

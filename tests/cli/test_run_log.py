"""The log comes as the hook writes it, whatever it writes, and stays within bounds."""

import json
import subprocess
from pathlib import Path

import pytest
from realparts.desk import HOOKKIT, hookkit, job, start_hookkit, write_project


def log_of(project: Path) -> list[str]:
    done = hookkit(project, "run", "--output", "out", "--json", "--log", "text")
    assert done.returncode == 0, done.stderr
    lines: list[str] = json.loads(done.stdout)["log"]
    return lines


@pytest.mark.parametrize("engine", ["process", "inline"])
def test_a_line_is_shown_while_the_hook_still_runs(tmp_path: Path, engine: str) -> None:
    body = """
    import time
    print("waiting")
    while not place.exists():
        time.sleep(0.01)
    (output / "x").touch()
    """
    project = write_project(tmp_path / "p", job(body))
    flags = ("--output", "out", "--place", str(project / "go"), "--log", "text", "--engine", engine)

    with start_hookkit(project, "run", *flags) as process:
        assert process.stderr
        assert process.stderr.readline() == "waiting\n"
        assert process.poll() is None
        (project / "go").touch()
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_logging_and_prints_come_in_the_order_they_were_written(tmp_path: Path) -> None:
    body = """
    import logging, sys
    print("a")
    logging.info("b")
    print("c", file=sys.stderr)
    print("d")
    (output / "x").touch()
    """

    assert [line[-1] for line in log_of(write_project(tmp_path / "p", job(body)))] == list("abcd")


def test_a_report_keeps_the_last_thousand_lines_of_a_long_log(tmp_path: Path) -> None:
    body = "for i in range(100_000): print(i)\n(output / 'x').touch()"
    project = write_project(tmp_path / "p", job(body))

    done = hookkit(project, "run", "--output", "out", "--json", "--log", "text")

    assert json.loads(done.stdout)["log"] == [str(i) for i in range(99_000, 100_000)]
    assert done.stderr.splitlines() == [str(i) for i in range(100_000)]


def test_a_line_without_end_comes_in_pieces(tmp_path: Path) -> None:
    body = "import os\nfor _ in range(64): os.write(1, b'x' * 65536)\n(output / 'x').touch()"

    log = log_of(write_project(tmp_path / "p", job(body)))

    assert "".join(log) == "x" * 64 * 65536
    assert max(len(line) for line in log) <= 128 * 1024


def test_binary_is_shown_as_far_as_it_is_text(tmp_path: Path) -> None:
    body = r"import os; os.write(1, bytes(range(256)) + b'\nend'); (output / 'x').touch()"

    log = log_of(write_project(tmp_path / "p", job(body)))

    assert "ABC" in "".join(log)
    assert "\N{REPLACEMENT CHARACTER}" in "".join(log)
    assert log[-1] == "end"


def test_the_end_of_a_log_without_newline_is_kept(tmp_path: Path) -> None:
    body = "import sys; sys.stdout.write('no newline'); (output / 'x').touch()"

    assert log_of(write_project(tmp_path / "p", job(body))) == ["no newline"]


def test_a_child_that_leaves_the_hooks_session_does_not_hold_up_the_end_and_ends_with_it(tmp_path: Path) -> None:
    body = """
    import subprocess
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    (output / "child").write_text(str(child.pid))
    print("done")
    """
    project = write_project(tmp_path / "p", job(body))

    assert log_of(project) == ["done"]
    assert not Path("/proc", (project / "out/child").read_text()).exists()


CLOSED = {
    "of the report": ("| true", 125),
    "of report and log": ("2>&1 | head -n 1", 125),
}


@pytest.mark.parametrize(("pipe", "code"), CLOSED.values(), ids=CLOSED)
def test_a_reader_that_goes_away_is_no_reason_for_a_traceback_or_a_hang(tmp_path: Path, pipe: str, code: int) -> None:
    project = write_project(tmp_path / "p", job("for i in range(100_000): print(i)\n(output / 'x').touch()"))
    command = f'"$@" run --output out {pipe}; exit "${{PIPESTATUS[0]}}"'

    done = subprocess.run(
        ["bash", "-c", command, "bash", *HOOKKIT],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception" not in done.stdout + done.stderr

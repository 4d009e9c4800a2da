"""The log comes as the hook writes it, whatever it writes, and stays within bounds."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from realparts.desk import HOOKKIT, hookkit, job, on_terminal, start_hookkit, write_project


def log_of(project: Path) -> list[str]:
    """The log as the report has it."""
    lines: list[str] = raw_log_of(project)[0]["log"]
    return lines


def raw_log_of(project: Path, *flags: str) -> tuple[dict[str, Any], bytes]:
    """The report, and the log as it was shown, byte by byte."""
    command = [*HOOKKIT, "run", "--output", "out", "--json", "--log", "text", *flags]
    done = subprocess.run(command, cwd=project, capture_output=True, timeout=120, check=True)
    return json.loads(done.stdout), done.stderr


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


def test_a_line_without_end_is_shown_whole_and_a_report_keeps_its_end(tmp_path: Path) -> None:
    body = "import os\nfor _ in range(64): os.write(1, b'x' * 65536)\nos.write(1, b'end')\n(output / 'x').touch()"

    done, shown = raw_log_of(write_project(tmp_path / "p", job(body)))

    assert shown == b"x" * 64 * 65536 + b"end\n"
    [kept] = done["log"]
    assert kept.endswith("xend")
    assert len(kept) <= 1024 * 1024 + 1


@pytest.mark.parametrize(
    "printed",
    [
        bytes(range(256)) * 1000,
        b"as on Windows\r\n" * 10_000,
        ("x" * 65_534 + "\N{GRINNING FACE}" * 20_000).encode(),
        b"half a character: \xf0\x9f\n" * 5000,
        b"no newline at the end",
        b"\x1b[31mred\x1b[0m \x1b]0;title\x07\0\n",
    ],
    ids=["binary", "carriage returns", "characters at the ends of chunks", "halves of characters", "no end", "colours"],
)
def test_every_byte_that_a_hook_prints_is_shown(tmp_path: Path, printed: bytes) -> None:
    body = """
    import os
    rest = place.read_bytes()
    while rest:
        rest = rest[os.write(1, rest[:50_000]):]
    (output / "x").touch()
    """
    project = write_project(tmp_path / "p", job(body))
    (project / "printed").write_bytes(printed)  # in the project, which the hook may read

    _, shown = raw_log_of(project, "--place", str(project / "printed"))

    assert shown == printed + (b"" if printed.endswith(b"\n") else b"\n")


def test_memory_stays_flat_however_much_a_hook_prints(tmp_path: Path) -> None:
    body = """
    import os
    for _ in range(int(place.name)):
        os.write(1, b"a line of the log of a hook\\n" * 35_000)
    (output / "x").touch()
    """
    project = write_project(tmp_path / "p", job(body))
    peaks = {}
    for megabytes in ("1", "1", "200"):  # the first one asks the hook's Python, which takes memory of its own
        command = [*HOOKKIT, "run", "--output", "out", "--place", megabytes, "--log", "text"]
        process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peaks[megabytes] = usage.ru_maxrss
        assert process.returncode == 0

    assert peaks["200"] < peaks["1"] * 1.1


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


PROGRESS = """
import time
from pathlib import Path
from typing import Annotated
from hookkit import HookContext, Output, hook


@hook
def job(output: Annotated[Path, Output("A folder")], context: HookContext) -> None:
    for step in range(40):
        context.progress(step, 40)
        print(f"step {step}")
        time.sleep(0.03)
    print("wide " * 1000, end="")
    with (output / "large").open("wb") as file:
        file.truncate(256 * 1024 * 1024)
"""


def test_on_a_terminal_a_bar_stands_below_the_log_and_is_gone_at_the_end(tmp_path: Path) -> None:
    shown = on_terminal(write_project(tmp_path / "p", PROGRESS), "run", "--output", "out")
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)

    assert "\N{BOX DRAWINGS HEAVY HORIZONTAL}" in text
    assert re.findall(r"step (\d+)\n", text) == [str(step) for step in range(40)]
    assert "wide " * 1000 in text
    assert "✓ job: done" in text.rpartition("\N{BOX DRAWINGS HEAVY HORIZONTAL}")[2]

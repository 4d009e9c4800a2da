"""Ctrl-C and SIGTERM reach the hook, which tidies up; then hookkit ends with the same code, and nothing is left."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from realparts.desk import HOOKKIT, is_running, job, start_hookkit, write_project

TIDY = job(
    """
    import time
    try:
        (output / "half").touch()
        print("ready")
        time.sleep(300)
    finally:
        (place / "tidied").touch()
    """
)
STOPS = {
    "SIGINT": (signal.SIGINT, 130, "interrupted"),
    "SIGTERM": (signal.SIGTERM, 143, "stopped"),
    "SIGHUP": (signal.SIGHUP, 143, "stopped"),
}


@pytest.mark.parametrize(("number", "code", "status"), STOPS.values(), ids=STOPS)
@pytest.mark.parametrize("engine", ["process", "inline"])
def test_a_stop_reaches_the_hook_which_tidies_up(
    tmp_path: Path, engine: str, number: signal.Signals, code: int, status: str
) -> None:
    project = write_project(tmp_path / "p", TIDY)
    out = project / "out"
    flags = ("--output", "out", "--place", str(out), "--log", "text", "--engine", engine)

    with start_hookkit(project, "run", *flags) as process:
        assert process.stderr
        assert process.stderr.readline() == "ready\n"
        process.send_signal(number)
        report, log = process.communicate(timeout=60)

    assert process.returncode == code
    assert f"job: {status} (exit code {code})" in report
    assert "Traceback" not in log
    assert sorted(file.name for file in out.iterdir()) == ["error.json", "tidied"]


def test_a_stop_leaves_nothing_running(tmp_path: Path) -> None:
    body = """
    import subprocess
    child = subprocess.Popen(["sleep", "300"])
    (place / "child").write_text(str(child.pid))
    print("ready")
    child.wait()
    """
    project = write_project(tmp_path / "p", job(body))

    with start_hookkit(project, "run", "--output", "out", "--place", str(project / "out"), "--log", "text") as process:
        assert process.stderr
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert not is_running(int((project / "out/child").read_text()))


def test_a_hook_that_does_not_heed_the_stop_is_killed_after_its_grace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKKIT_GRACE_SECONDS", "0.2")
    body = """
    import time
    while True:
        try:
            print("ready")
            time.sleep(300)
        except BaseException:
            pass
    """
    project = write_project(tmp_path / "p", job(body))

    with start_hookkit(project, "run", "--output", "out", "--log", "text") as process:
        assert process.stderr
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        report, _ = process.communicate(timeout=60)

    assert process.returncode == 143
    assert "killed when the grace period" in report


def test_a_run_that_ignores_hangups_goes_on_as_nohup_asks(tmp_path: Path) -> None:
    body = """
    import time
    print("ready")
    while not place.exists():
        time.sleep(0.01)
    (output / "x").touch()
    """
    project = write_project(tmp_path / "p", job(body))
    flags = ("--output", "out", "--place", str(tmp_path / "go"), "--log", "text")
    ignore = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"

    with subprocess.Popen(
        [sys.executable, "-c", ignore, *HOOKKIT, "run", *flags],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        assert process.stderr.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        (tmp_path / "go").touch()
        process.communicate(timeout=60)

    assert process.returncode == 0
